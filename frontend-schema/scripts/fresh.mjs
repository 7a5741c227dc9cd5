// Generates once more beside generated/ and compares, so that what is committed is what schema/ and operations/ make.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./audiences.mjs";

const fresh = mkdtempSync(join(tmpdir(), "causeway-generated-"));
try {
  execFileSync(process.execPath, [join(root, "scripts/generate.mjs"), fresh], { stdio: "inherit" });
  const { status } = spawnSync("diff", ["-ru", "generated", fresh], { cwd: root, stdio: "inherit" });
  if (status !== 0) console.log("generated/ is stale. Run: npm run generate");
  process.exitCode = status;
} finally {
  rmSync(fresh, { recursive: true });
}
