// Writes `released/`: what front ends build on from now on, without the descriptions, which break nobody. Part of a release,
// after its section in CHANGELOG.md has got its number.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, print, visit } from "graphql";
import { absentFile, audiences, root, schemaFile, wholeText } from "./audiences.mjs";

const file = (name) => join(root, name);
mkdirSync(file("released/absent"), { recursive: true });
const bare = visit(parse(wholeText()), { enter: (node) => ({ ...node, description: undefined }) });
writeFileSync(file(schemaFile("released")), `${print(bare)}\n`);
for (const audience of audiences) copyFileSync(file(absentFile(audience)), file(absentFile(audience, "released")));
