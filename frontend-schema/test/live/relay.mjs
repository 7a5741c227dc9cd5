// Relay as a front end has it, without a user interface: its compiler, and a store that reads what the compiler made.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import relay from "relay-runtime";
import { root } from "../../scripts/audiences.mjs";

const require = createRequire(import.meta.url);

/** What the compiler makes of test/relay, by name; it refuses what does not fit the schema. */
export const compile = () => {
  // Below node_modules, since the compiler writes inside of the project, and as CommonJS, in which artifacts find each other.
  const folder = mkdtempSync(join(root, "node_modules", ".relay-"));
  try {
    mkdirSync(join(folder, "artifacts"));
    const config = join(folder, "relay.config.json");
    const inside = (path) => relative(folder, join(root, path));
    const settings = {
      src: inside("test/relay"),
      schema: inside("schema/schema.graphql"),
      language: "javascript",
      eagerEsModules: false,
      artifactDirectory: "artifacts",
    };
    writeFileSync(config, JSON.stringify(settings));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
    const options = { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
    execFileSync(process.execPath, [require.resolve("relay-compiler/cli.js"), config], options);
    const artifact = (name) => require(join(folder, "artifacts", `${name}.graphql.js`));
    const names = ["caseListQuery", "caseList_cases", "caseList_row", "caseListOpenedQuery"];
    return Object.fromEntries(names.map((name) => [name, artifact(name)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** An environment with an empty store, and the few ways to ask and to read that hooks have. */
export const connect = (url, token) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const network = relay.Network.create(async ({ text }, variables) => {
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query: text, variables }) });
    return answer.json();
  });
  const environment = new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) });
  const ask = async (query, variables) => {
    const operation = relay.createOperationDescriptor(relay.getRequest(query), variables);
    await relay.fetchQuery(environment, query, variables).toPromise();
    environment.retain(operation);
    return environment.lookup(operation.fragment).data;
  };
  const read = (fragment, reference) =>
    environment.lookup(relay.getSingularSelector(fragment, reference)).data;
  return {
    ask,
    read,
    /** The next page, as `loadNext` asks for it. */
    async more(fragment, reference, count, variables) {
      const { connectionPathInFragmentData, paginationRequest, paginationMetadata } =
        relay.getPaginationMetadata(fragment, "more");
      const { pageInfo } = relay.getValueAtPath(read(fragment, reference), connectionPathInFragmentData);
      const page = relay.getPaginationVariables("forward", count, pageInfo.endCursor, variables, {}, paginationMetadata);
      await ask(paginationRequest, page);
      return read(fragment, reference);
    },
    /** A row again, as `refetch` asks for it. */
    async refetch(fragment, reference) {
      const { refetchableRequest } = relay.getRefetchMetadata(fragment, "refetch");
      await ask(refetchableRequest, { id: reference.__id });
      return read(fragment, reference);
    },
  };
};
