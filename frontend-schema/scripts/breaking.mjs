// Finds changes of the schema that break front ends, and wants each of them in the changelog: under `## Unreleased`, in a
// list under `### Breaking`, its coordinate in backticks, such as `Case.riskLevel`.
//
//   node scripts/breaking.mjs                          the schemas here, against those of the last release
//   node scripts/breaking.mjs OLD.graphql NEW.graphql  two files
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { audiences, root, schemaFile, schemaText } from "./audiences.mjs";

const git = (...words) => {
  try {
    return execFileSync("git", words, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
};

/** The last release; before the first one, what is committed. None where the history is not here. */
const base = () => {
  if (git("rev-parse", "--is-shallow-repository") !== "false") return null;
  const [release] = (git("tag", "--list", "v*", "--sort=-version:refname", "--merged") ?? "").split("\n");
  return release || git("rev-parse", "--verify", "origin/HEAD") || git("rev-parse", "--verify", "HEAD");
};

/** Pairs of an old and a new text; none where there is nothing to compare with. */
const pairs = (files) => {
  if (files.length === 2) return [files.map((file) => readFileSync(file, "utf8"))];
  const revision = base();
  if (!revision) return null;
  console.log(`against ${revision}`);
  // An audience that was not there yet breaks nobody.
  const old = audiences.map((audience) => [git("show", `${revision}:./${schemaFile(audience)}`), schemaText(audience)]);
  return old.filter(([before]) => before !== null);
};

/** The coordinates that the changelog names as broken since the last release. */
const announced = () => {
  const section = (text, heading) => text.split(`\n${heading}\n`)[1] ?? "";
  const unreleased = section(readFileSync(join(root, "..", "CHANGELOG.md"), "utf8"), "## Unreleased").split("\n## ")[0];
  const breaking = section(unreleased, "### Breaking").split("\n### ")[0];
  return new Set([...breaking.matchAll(/`([^`]+)`/g)].map(([, coordinate]) => coordinate));
};

const compared = pairs(process.argv.slice(2));
if (!compared) {
  console.log("left out: breaking changes (no history here: a shallow clone, or no git repository)");
  process.exit(0);
}
const broken = new Map();
for (const [before, after] of compared) {
  const changes = await diff(buildSchema(before), buildSchema(after));
  for (const { criticality, path, message } of changes) {
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
