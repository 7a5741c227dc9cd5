// Apollo Client, urql and urql with Graphcache as a front end sets them up, behind one way to ask, so that each check runs
// through all of them.
import { createHash } from "node:crypto";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client/core";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { cacheExchange as normalisedExchange } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { typePolicies } from "causeway-frontend-schema/apollo";
import { keys, resolvers } from "causeway-frontend-schema/graphcache";

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Notes the body of each request, so that a check can tell what was sent. */
const noting = (sent) => (url, options) => {
  sent.push(JSON.parse(options.body));
  return fetch(url, options);
};

const answer = (data, errors) => ({ data: data ?? null, codes: errors.map((error) => error.extensions?.code), errors });

/**
 * `byHash`: send the hash of a document before its text. A client that `keepsLists` shows a page behind those before it;
 * `cached` answers from what is at hand, without asking.
 */
export const apollo = (url, token, { byHash = false } = {}) => {
  const sent = [];
  const http = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` }, fetch: noting(sent) });
  const link = byHash ? ApolloLink.from([new PersistedQueryLink({ sha256 }), http]) : http;
  const client = new ApolloClient({ link, cache: new InMemoryCache({ typePolicies }) });
  const options = { fetchPolicy: "network-only", errorPolicy: "all" };
  const told = ({ data, error }) => {
    if (error && !CombinedGraphQLErrors.is(error)) throw error;
    return answer(data, error?.errors ?? []);
  };
  return {
    sent,
    keepsLists: true,
    cached: async (query, variables) => client.cache.readQuery({ query, variables }),
    query: async (query, variables) => told(await client.query({ query, variables, ...options })),
    mutate: async (mutation, variables) => told(await client.mutate({ mutation, variables, errorPolicy: "all" })),
  };
};

const urqlWith = (cache) => (url, token, { byHash = false } = {}) => {
  const sent = [];
  const persisted = persistedExchange({ enableForMutation: true, preferGetForPersistedQueries: false });
  const client = new Client({
    url,
    exchanges: [cache(), ...(byHash ? [persisted] : []), fetchExchange],
    preferGetMethod: false,
    requestPolicy: "network-only",
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    fetch: noting(sent),
  });
  const told = ({ data, error }) => {
    if (error?.networkError) throw error.networkError;
    return answer(data, error?.graphQLErrors ?? []);
  };
  return {
    sent,
    client,
    query: async (query, variables) => told(await client.query(query, variables)),
    mutate: async (mutation, variables) => told(await client.mutation(mutation, variables)),
  };
};

export const urql = urqlWith(() => cacheExchange);

export const graphcache = (...connection) => {
  const { client, ...connected } = urqlWith(() => normalisedExchange({ keys, resolvers }))(...connection);
  const fromCache = { requestPolicy: "cache-only" };
  return {
    ...connected,
    keepsLists: true,
    cached: async (query, variables) => (await client.query(query, variables, fromCache)).data,
  };
};

export const clients = { apollo, urql, graphcache };
