// Compiled, not run: urql takes the operations with their types. Each `@ts-expect-error` is a mistake that has to stay
// one.
import { Client, cacheExchange, fetchExchange } from "@urql/core";
import { cacheExchange as graphcache } from "@urql/exchange-graphcache";
import { persistedExchange } from "@urql/exchange-persisted";
import { keys, resolvers } from "causeway-frontend-schema/graphcache";
import { MissionsDocument, StatisticsDocument } from "causeway-frontend-schema/headquarters";
import { CasesDocument, UpdateCaseDocument, type CaseRowFragment } from "causeway-frontend-schema/mission";
import { ReferredCaseDocument } from "causeway-frontend-schema/partner";

const client = new Client({
  url: "/graphql",
  preferGetMethod: false,
  exchanges: [
    cacheExchange,
    persistedExchange({ enableForMutation: true, preferGetForPersistedQueries: false }),
    fetchExchange,
  ],
});

export const normalised = new Client({
  url: "/graphql",
  preferGetMethod: false,
  exchanges: [graphcache({ keys, resolvers }), fetchExchange],
});

// A fragment is the type of what a component shows.
const line = (row: CaseRowFragment): string => {
  // @ts-expect-error A governed leaf may be null: withheld or unknown.
  row.caseNumber.toUpperCase();
  // @ts-expect-error Not a field of a case.
  row.caseNumer;
  // @ts-expect-error Not a value of the code list.
  if (row.status === "OPEN") return "open";
  return row.caseNumber ?? (row.withheld.includes("caseNumber") ? "withheld" : "none");
};

export async function next(after: string | null): Promise<string[]> {
  const { data, error } = await client.query(CasesDocument, { first: 20, after });
  const codes = error?.graphQLErrors.map(({ extensions }) => extensions["code"]) ?? [];
  // @ts-expect-error The answer may be missing.
  data.cases;
  // @ts-expect-error Not an argument of the operation.
  await client.query(CasesDocument, { limit: 20 });
  return data?.cases.edges.map(({ node }) => line(node)) ?? codes.map(String);
}

export async function close(id: string): Promise<boolean> {
  // @ts-expect-error A day is a text.
  await client.mutation(UpdateCaseDocument, { input: { id, case: { closedOn: new Date() } } });
  const input = { id, case: { status: "CLOSED", closedOn: "2026-11-01", closureReason: null } } as const;
  const { data } = await client.mutation(UpdateCaseDocument, { input });
  return data?.updateCase.userErrors.length === 0;
}

export async function others(id: string): Promise<string> {
  const missions = await client.query(MissionsDocument, {});
  const statistics = await client.query(StatisticsDocument, { groupBy: ["GENDER", "AGE_BAND"] });
  // @ts-expect-error A total below the threshold is null.
  statistics.data?.statistics.total.toFixed();
  const referred = await client.query(ReferredCaseDocument, { id });
  const text: string | null | undefined = referred.data?.case?.narratives.edges[0]?.node.passages.edges[0]?.node.text;
  // @ts-expect-error The key of a cell is null where the value is unknown.
  const key: string | undefined = statistics.data?.statistics.cells[0]?.keys[0];
  return text ?? key ?? missions.data?.missions.edges[0]?.node.name ?? "";
}
