// Runs the audits of the npm package graphql-http against a gateway. Arguments: the address and a token. Prints each audit
// that is not met, and how many there were; ends with an error where there is one.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
// The audits know nothing of tokens; every operation needs one.
const fetchFn = (address, options = {}) => {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${token}`);
  return fetch(address, { ...options, headers });
};

let unmet = 0;
const audits = serverAudits({ url, fetchFn });
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === "ok") continue;
  unmet += 1;
  console.log(`${result.status}: ${audit.name}: ${result.reason}`);
}
console.log(`audits: ${audits.length}, unmet: ${unmet}`);
process.exitCode = unmet === 0 ? 0 : 1;
