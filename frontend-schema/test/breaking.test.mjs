// The check for breaking changes, run as it is run in earnest, in a repository of its own.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { audiences, root, schemaFile } from "../scripts/audiences.mjs";

const schema = "type Query {\n  one: Int\n  other: Int\n}\n";
let folder;

const write = (file, text) => writeFileSync(join(folder, file), text);
const schemas = (text) => {
  for (const audience of audiences) write(`frontend-schema/${schemaFile(audience)}`, text);
};
const changelog = (unreleased) => write("CHANGELOG.md", `# Changelog\n\n## Unreleased\n\n${unreleased}`);
const somebody = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
const git = (...words) => execFileSync("git", [...somebody, ...words], { cwd: folder });
const commit = () => {
  git("add", "--all", ".");
  git("commit", "--quiet", "--message", "t");
};
const check = (...files) => {
  const script = join(folder, "frontend-schema/scripts/breaking.mjs");
  const { status, stdout } = spawnSync(process.execPath, [script, ...files], { cwd: folder, encoding: "utf8" });
  return { status, said: stdout };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "causeway-breaking-"));
  const copy = join(folder, "frontend-schema");
  for (const part of ["scripts", "schema"]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  write(".gitignore", "node_modules\n");
  changelog("Nothing.\n");
  schemas(schema);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a field that is removed since the last release has to be announced", () => {
  git("init", "--quiet");
  commit();
  git("tag", "v0.9.0");
  assert.equal(check().status, 0);

  schemas("type Query {\n  one: Int\n}\n");
  commit();
  const unannounced = check();
  assert.equal(unannounced.status, 1);
  assert.match(unannounced.said, /against v0\.9\.0\nNOT IN CHANGELOG\.md: Query\.other: /);

  changelog("### Breaking\n\n- `Query.other` is gone.\n\n### Other\n\n## 0.9.0\n");
  assert.deepEqual([check().status, check().said.includes("announced: Query.other")], [0, true]);

  changelog("### Other\n\n## 0.9.0\n\n### Breaking\n\n- `Query.other`\n");
  assert.equal(check().status, 1, "an earlier release announced it");
});

test("before the first release the commit is what counts", () => {
  git("init", "--quiet");
  commit();
  schemas(schema.replace("other: Int", "other: String"));
  assert.match(check().said, /NOT IN CHANGELOG\.md: Query\.other: /);
});

test("what front ends need not notice is let through", () => {
  git("init", "--quiet");
  commit();
  schemas(schema.replace("other: Int", "other: Int\n  third: Int"));
  assert.equal(check().status, 0);
});

test("two files are compared without any history", () => {
  write("old.graphql", schema);
  write("new.graphql", "type Query {\n  other: Int\n}\n");
  const { status, said } = check(join(folder, "old.graphql"), join(folder, "new.graphql"));
  assert.deepEqual([status, said.includes("Query.one")], [1, true]);
});

test("without history it is left out by name", () => {
  const leftOut = /^left out: breaking changes/;
  assert.match(check().said, leftOut);
  assert.equal(check().status, 0);

  git("init", "--quiet");
  commit();
  write(".git/shallow", `${git("rev-parse", "HEAD")}`);
  assert.match(check().said, leftOut);
});
