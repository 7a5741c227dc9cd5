// Writes `released/`: what front ends build on from now on, without the descriptions, which break nobody. Part of a release,
// after its section in CHANGELOG.md has got its number.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, print, visit } from "graphql";
import { audiences, releasedFile, root, schemaText } from "./audiences.mjs";

mkdirSync(join(root, "released"), { recursive: true });
for (const audience of audiences) {
  const bare = visit(parse(schemaText(audience)), { enter: (node) => ({ ...node, description: undefined }) });
  writeFileSync(join(root, releasedFile(audience)), `${print(bare)}\n`);
}
