// Whether a gateway gives each audience the schema that is left of the whole here. Argument: the address before `/schema`. Prints
// where they differ, and how many audiences there were; ends with an error where one does.
import { buildSchema, lexicographicSortSchema, printSchema } from "graphql";
import { audiences, schemaText, wholeText } from "../scripts/audiences.mjs";

const [url] = process.argv.slice(2);
const sorted = (text) => printSchema(lexicographicSortSchema(buildSchema(text)));
const differing = [];
for (const [path, here] of [["", wholeText()], ...audiences.map((audience) => [`/${audience}`, schemaText(audience)])]) {
  const answer = await fetch(`${url}/schema${path}.graphql`);
  const there = await answer.text();
  if (answer.status !== 200 || sorted(there) !== sorted(here)) differing.push(path || "the whole");
}
for (const path of differing) console.log(`${path} is another schema`);
console.log(`audiences: ${audiences.length}, different: ${differing.length}`);
process.exitCode = differing.length === 0 ? 0 : 1;
