// The check for breaking changes, run as it is run in earnest, in a copy of the package.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { absentFile, audiences, root, schemaFile } from "../scripts/audiences.mjs";

const schema = "type Query {\n  one: Int\n  \"Told.\"\n  other: Int\n}\n";
let folder;

const write = (file, text) => writeFileSync(join(folder, file), text);
/** The schema, and what a partner can never see of it. */
const schemas = (text, absent = "") => {
  write(`frontend-schema/${schemaFile()}`, text);
  for (const audience of audiences) write(`frontend-schema/${absentFile(audience)}`, audience === "partner" ? absent : "");
};
const changelog = (unreleased) => write("CHANGELOG.md", `# Changelog\n\n## Unreleased\n\n${unreleased}`);
const run = (script, ...files) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, "frontend-schema/scripts", script), ...files],
    { cwd: folder, encoding: "utf8" },
  );
  return { status, said: stdout + stderr };
};
const check = (...files) => run("breaking.mjs", ...files);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "causeway-breaking-"));
  const copy = join(folder, "frontend-schema");
  for (const part of ["scripts", "schema"]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  changelog("Nothing.\n");
  schemas(schema);
  assert.equal(run("release.mjs").status, 0);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a field that is removed since the last release has to be announced", () => {
  assert.equal(check().status, 0);
  schemas("type Query {\n  one: Int\n}\n");
  const unannounced = check();
  assert.equal(unannounced.status, 1);
  assert.match(unannounced.said, /NOT IN CHANGELOG\.md: Query\.other: /);

  changelog("### Breaking\n\n- `Query.other` is gone.\n\n### Other\n\n## 0.9.0\n");
  assert.deepEqual([check().status, check().said.includes("announced: Query.other")], [0, true]);

  changelog("### Other\n\n## 0.9.0\n\n### Breaking\n\n- `Query.other`\n");
  assert.equal(check().status, 1, "an earlier release announced it");
  assert.equal(run("release.mjs").status, 0);
  assert.equal(check().status, 0, "it is released");
});

test("a type that changes has to be announced", () => {
  schemas(schema.replace("other: Int", "other: String"));
  assert.match(check().said, /NOT IN CHANGELOG\.md: Query\.other: /);
});

test("a field that an audience cannot see any more has to be announced", () => {
  schemas(schema, "Query.other\n");
  const { status, said } = check();
  assert.equal(status, 1);
  assert.match(said, /NOT IN CHANGELOG\.md: Query\.other: /);
  assert.equal(run("release.mjs").status, 0);
  assert.equal(check().status, 0, "it is released");
  schemas(schema);
  assert.equal(check().status, 0, "seeing more breaks nobody");
});

test("what front ends need not notice is let through", () => {
  schemas(schema.replace("Told.", "Told better.").replace("other: Int", "other: Int\n  third: Int"));
  assert.equal(check().status, 0);
});

test("two files can be compared", () => {
  write("old.graphql", schema);
  write("new.graphql", "type Query {\n  other: Int\n}\n");
  const { status, said } = check(join(folder, "old.graphql"), join(folder, "new.graphql"));
  assert.deepEqual([status, said.includes("Query.one")], [1, true]);
});
