// Compiled, not run: Apollo Client takes the operations with their types. Each `@ts-expect-error` is a mistake that has to
// stay one; the compiler objects where it is none any more.
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client/core";
import { typePolicies } from "causeway-frontend-schema/apollo";
import { DashboardDocument, DimensionValuesDocument } from "causeway-frontend-schema/headquarters";
import { CaseFileDocument, CasesDocument, RegisterCaseDocument, type Gender } from "causeway-frontend-schema/mission";
import { ReferredCasesDocument } from "causeway-frontend-schema/partner";

const client = new ApolloClient({
  link: new HttpLink({ uri: "/graphql" }),
  cache: new InMemoryCache({ typePolicies }),
});

export async function caseNames(): Promise<string[]> {
  const { data, error } = await client.query({
    query: CasesDocument,
    variables: {
      first: 20,
      filter: { status: { in: ["ACTIVE"] } },
      orderBy: [{ field: "REGISTERED_ON", direction: "DESC" }],
    },
  });
  if (CombinedGraphQLErrors.is(error)) throw new Error(String(error.errors[0]?.extensions?.["code"]));
  if (!data) return [];
  return data.cases.edges.map(({ node: row }) => {
    // @ts-expect-error A link may be withheld.
    row.individual.familyName;
    const name: string | null | undefined = row.individual?.familyName;
    // @ts-expect-error A governed leaf may be null: withheld or unknown.
    const sure: string = row.caseNumber;
    // @ts-expect-error Not asked for.
    row.individual?.birthDate;
    return name ?? (row.individual?.withheld.includes("familyName") ? "withheld" : `unknown in ${sure}`);
  });
}

export async function file(id: string): Promise<Gender | null> {
  // @ts-expect-error A case file is asked for by its id.
  await client.query({ query: CaseFileDocument, variables: {} });
  const { data } = await client.query({ query: CaseFileDocument, variables: { id } });
  // @ts-expect-error Nobody's case, or one that does not exist, is null.
  data?.case.id;
  const kept: string[] = data?.case?.episodes.edges.flatMap(({ node }) => node.meansOfControl ?? []) ?? [];
  return kept.length > 0 ? (data?.case?.individual?.gender ?? null) : null;
}

export async function register(): Promise<string> {
  const individual = { givenNames: "Olena", gender: "FEMININE" } as const;
  await client.mutate({
    mutation: RegisterCaseDocument,
    // @ts-expect-error Not a value of the code list.
    variables: { input: { mission: "UA", individual: { gender: "FEMALE" } } },
  });
  // @ts-expect-error The mission is missing.
  await client.mutate({ mutation: RegisterCaseDocument, variables: { input: { individual } } });
  const { data } = await client.mutate({
    mutation: RegisterCaseDocument,
    variables: {
      input: {
        mission: "UA",
        individual,
        case: { riskLevel: "HIGH" },
        consents: [{ purpose: "DATA_MANAGEMENT", decision: "GIVEN", method: "WRITTEN" }],
      },
    },
  });
  return data?.registerCase.userErrors.map(({ field, message }) => `${field ?? ""}: ${message}`).join("; ") ?? "";
}

export async function figures(): Promise<number> {
  // @ts-expect-error Not a dimension.
  await client.query({ query: DimensionValuesDocument, variables: { dimension: "NAME" } });
  const { data } = await client.query({ query: DashboardDocument, variables: { missions: ["UA", "MD"] } });
  const [cell] = data?.byMission.cells ?? [];
  if (!cell) return 0;
  // @ts-expect-error A suppressed cell has no count.
  const sure: number = cell.count;
  return cell.suppressed ? 0 : sure;
}

export async function referred(): Promise<boolean> {
  const { data } = await client.query({ query: ReferredCasesDocument, variables: { withTotal: true } });
  // @ts-expect-error A partner's list says nothing of the owner.
  data?.cases.edges[0]?.node.owner;
  // @ts-expect-error There is a total only where it was asked for.
  const total: number | undefined = data && data.cases.totalCount + 0;
  return Boolean(data?.cases.pageInfo.hasNextPage ?? total);
}
