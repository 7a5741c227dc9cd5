// Validates the operations of each audience against its schema: fields that exist, arguments of their types, nothing
// deprecated.
import { validate } from "@graphql-inspector/core";
import { Source, buildSchema } from "graphql";
import { audiences, operationFiles, schemaText } from "./audiences.mjs";

for (const audience of audiences) {
  const files = operationFiles(audience);
  const sources = files.map(({ file, text }) => new Source(text, file));
  for (const { source, errors, deprecated } of validate(buildSchema(schemaText(audience)), sources)) {
    process.exitCode = 1;
    for (const { message } of [...errors, ...deprecated]) console.log(`${source.name} (${audience}): ${message}`);
  }
  console.log(`${audience}: ${files.length} files of operations`);
}
