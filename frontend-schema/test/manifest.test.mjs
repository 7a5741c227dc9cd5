// The manifests against the clients: what each client makes of a document before it sends it is in the gateway's manifest.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { InMemoryCache } from "@apollo/client/core";
import { print } from "@apollo/client/utilities";
import { formatDocument, stringifyDocument } from "@urql/core";
import { audiences, root } from "../scripts/audiences.mjs";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const manifest = (name) => JSON.parse(readFileSync(join(root, `generated/manifest/${name}.json`), "utf8"));
const gateway = manifest("gateway");

test("the gateway's manifest has texts by their hashes", () => {
  for (const [hash, text] of Object.entries(gateway)) assert.equal(hash, sha256(text));
});

for (const audience of audiences) {
  test(`what the front ends of ${audience} send is in it`, async () => {
    const exported = Object.entries(await import(`causeway-frontend-schema/${audience}`));
    const documents = exported.filter(([name]) => name.endsWith("Document"));
    const { operations } = manifest(audience);
    assert.deepEqual(operations.map(({ name }) => `${name}Document`), documents.map(([name]) => name));
    for (const { id, body } of operations) assert.equal(gateway[id], body);
    for (const [name, document] of documents) {
      assert.ok(gateway[sha256(print(new InMemoryCache().transformDocument(document)))], `${name} by Apollo Client`);
      assert.ok(gateway[sha256(stringifyDocument(formatDocument(document)))], `${name} by urql`);
    }
  });
}
