// Finds changes of the schema that break front ends, and wants each of them in the changelog: under `## Unreleased`, in a
// list under `### Breaking`, its coordinate in backticks, such as `Case.riskLevel`. What front ends build on is in `released/`.
//
//   node scripts/breaking.mjs                          each audience's schema, against that of the last release
//   node scripts/breaking.mjs OLD.graphql NEW.graphql  two files
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { audiences, root, schemaText } from "./audiences.mjs";

/** The coordinates that the changelog names as broken since the last release. */
const announced = () => {
  const section = (text, heading) => text.split(`\n${heading}\n`)[1] ?? "";
  const unreleased = section(readFileSync(join(root, "..", "CHANGELOG.md"), "utf8"), "## Unreleased").split("\n## ")[0];
  const breaking = section(unreleased, "### Breaking").split("\n### ")[0];
  return new Set([...breaking.matchAll(/`([^`]+)`/g)].map(([, coordinate]) => coordinate));
};

const files = process.argv.slice(2);
const ours = () => audiences.map((audience) => [schemaText(audience, "released"), schemaText(audience)]);
const broken = new Map();
for (const [before, after] of files.length === 2 ? [files.map((file) => readFileSync(file, "utf8"))] : ours()) {
  for (const { criticality, path, message } of await diff(buildSchema(before), buildSchema(after))) {
    if (criticality.level === CriticalityLevel.Breaking) broken.set(path, message);
  }
}
const known = announced();
const missing = [...broken.keys()].filter((path) => !known.has(path));
for (const [path, message] of broken) {
  console.log(`${known.has(path) ? "announced" : "NOT IN CHANGELOG.md"}: ${path}: ${message}`);
}
console.log(`breaking changes: ${broken.size}, not in the changelog: ${missing.length}`);
process.exitCode = missing.length === 0 ? 0 : 1;
