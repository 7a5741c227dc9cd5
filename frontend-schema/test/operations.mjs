// Runs every operation of every audience by Apollo Client, by urql and by urql with Graphcache against a gateway with the
// demo's records, and looks at what their caches and Relay's make of several operations about the same rows.
//
//   node test/operations.mjs URL case_worker=TOKEN case_supervisor=TOKEN mission_admin=TOKEN hq_analyst=TOKEN \
//     partner_provider=TOKEN [enforced]
//
// The mission is UA. `enforced` says that the gateway has generated/manifest/gateway.json and runs nothing else: then it
// shows that the clients send exactly the texts of the manifest. Cases are registered, so the records change.
import { audiences } from "../scripts/audiences.mjs";
import { checks as byHash } from "./live/by-hash.mjs";
import { checks as ofCaches } from "./live/caches.mjs";
import { clients } from "./live/clients.mjs";

const [url, ...rest] = process.argv.slice(2);
const enforced = rest.includes("enforced");
const tokens = new Map(rest.filter((word) => word.includes("=")).map((word) => word.split(/=(.*)/s, 2)));
const roles = ["case_worker", "case_supervisor", "mission_admin", "hq_analyst", "partner_provider"];
const missing = roles.filter((role) => !tokens.get(role));
if (!url || missing.length > 0) {
  console.error(`missing: ${url ? "" : "the address, "}tokens for ${missing.join(", ")}`);
  process.exit(2);
}

let run = 0;
let failed = 0;
const check = async (name, how) => {
  run += 1;
  try {
    if (!how) throw new Error("no check asks this operation");
    await how();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.stack}`);
  }
};

for (const audience of audiences) {
  const documents = await import(`causeway-frontend-schema/${audience}`);
  const { checks } = await import(`./live/${audience}.mjs`);
  // Not what the checks list but what front ends can import, so that no operation goes without a check.
  for (const name of Object.keys(documents).filter((name) => name.endsWith("Document"))) {
    const operation = name.replace(/Document$/, "");
    for (const [client, connect] of Object.entries(clients)) {
      const connected = new Map();
      const anew = (role) => connect(url, tokens.get(role));
      const as = (role) => {
        if (!connected.has(role)) connected.set(role, anew(role));
        return connected.get(role);
      };
      as.anew = anew;
      await check(`${audience} ${operation} by ${client}`, checks[operation] && (() => checks[operation](as)));
    }
  }
}
for (const [name, how] of Object.entries(byHash(url, tokens.get("case_supervisor"), enforced))) await check(name, how);

if (!enforced) {
  for (const [name, how] of Object.entries(ofCaches(url, tokens))) await check(name, how);
}

console.log(`operations: ${run}, failed: ${failed}`);
process.exitCode = failed === 0 ? 0 : 1;
