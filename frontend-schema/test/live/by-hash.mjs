// Documents by their hash: what the clients do by themselves, and the ids of the manifest.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CasesDocument } from "causeway-frontend-schema/mission";
import { root } from "../../scripts/audiences.mjs";
import { clients } from "./clients.mjs";
import { data, refusal } from "./expect.mjs";

const manifest = JSON.parse(readFileSync(join(root, "generated/manifest/mission.json"), "utf8"));
const idOf = (name) => manifest.operations.find((operation) => operation.name === name).id;

/** Sends an id and no text, which needs no client. */
const byId = async (url, token, documentId, variables) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ documentId, variables }) });
  return answer.json();
};

/** The checks by their names. `enforced`: the gateway runs nothing but the documents of its manifest. */
export const checks = (url, token, enforced) => ({
  ...Object.fromEntries(
    Object.entries(clients).map(([name, client]) => [
      `${name}: the hash alone`,
      async () => {
        const { query, sent } = client(url, token, { byHash: true });
        await data(query(CasesDocument, { first: 2 }));
        // Where the gateway knows the document neither from its manifest nor from before, the client sends it once.
        assert.ok(sent.length <= (enforced ? 1 : 2));
        assert.equal(sent[0].query, undefined, "the hash comes first");
        const { cases } = await data(query(CasesDocument, { first: 3 }));
        assert.equal(cases.edges.length, 3);
        assert.equal(sent.at(-1).query, undefined, "no text was sent");
        assert.match(sent.at(-1).extensions.persistedQuery.sha256Hash, /^[0-9a-f]{64}$/);
      },
    ]),
  ),

  async "an id of the manifest"() {
    const { data, errors } = await byId(url, token, idOf("Cases"), { first: 4 });
    assert.equal(errors, undefined);
    assert.equal(data.cases.edges.length, 4);
  },

  async "an id of no document"() {
    const { errors } = await byId(url, token, "0".repeat(64), {});
    assert.equal(errors[0].extensions.code, enforced ? "FORBIDDEN" : "NOT_FOUND");
  },

  async "a text that is not in the manifest"() {
    const asking = clients.urql(url, token).query("{ viewer { subject } }", {});
    if (enforced) return refusal(asking, "FORBIDDEN");
    assert.ok((await data(asking)).viewer.subject);
  },
});
