// A certified OpenID provider with one client, which gets access tokens for itself. Arguments: the port, the file of its key
// set (made where absent), the client's claims as JSON, the algorithm. A new key is a new file, or none, and a restart.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, keyFile, claims, alg] = process.argv.slice(2);
const makeKey = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
if (!existsSync(keyFile)) {
  const { privateKey } = makeKey[alg]();
  const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg };
  writeFileSync(keyFile, JSON.stringify({ keys: [key] }), { mode: 0o600 });
}

const api = {
  scope: "read",
  audience: "causeway",
  accessTokenFormat: "jwt",
  accessTokenTTL: 600,
  jwt: { sign: { alg } },
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: JSON.parse(readFileSync(keyFile, "utf8")),
  clients: [
    {
      client_id: "case-worker-4711",
      client_secret: "secret",
      id_token_signed_response_alg: alg,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    },
  ],
  enabledJWA: { idTokenSigningAlgValues: [alg] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, getResourceServerInfo: () => api, useGrantedResource: () => true },
  },
  extraTokenClaims: () => JSON.parse(claims),
});
provider.listen(Number(port), "127.0.0.1");
