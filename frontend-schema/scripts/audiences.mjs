// The audiences: where the schema of each one is, and what its front ends ask.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const audiences = ["mission", "headquarters", "partner"];

export const schemaFile = (audience) => `schema/${audience}.graphql`;
/** The schema of the last release. */
export const releasedFile = (audience) => `released/${audience}.graphql`;

/** The text of an audience's schema. */
export const schemaText = (audience) => readFileSync(join(root, schemaFile(audience)), "utf8");

/** The files of an audience's operations, with their texts: those of its folder, and those that all share. */
export const operationFiles = (audience) =>
  ["shared", audience].flatMap((folder) => {
    const files = readdirSync(join(root, "operations", folder)).filter((name) => name.endsWith(".graphql"));
    return files.sort().map((name) => {
      const file = `operations/${folder}/${name}`;
      return { file, text: readFileSync(join(root, file), "utf8") };
    });
  });
