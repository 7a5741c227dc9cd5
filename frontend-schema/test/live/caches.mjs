// Checks of caches that keep one copy of each object: what one operation says of a row must hold for what the others show
// of it. The documents are not in the manifest, as those of a front end's own are not.
import assert from "node:assert/strict";
import { parse } from "graphql";
import { CasesDocument, UpdateCaseDocument } from "causeway-frontend-schema/mission";
import { apollo, graphcache } from "./clients.mjs";
import { data, rows, withheld } from "./expect.mjs";
import * as relay from "./relay.mjs";

const LIST = parse(`query List($first: Int) {
  cases(first: $first) {
    edges { node { id individual { id familyName withheld } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`);
/** A case with leaves that the list does not have, and without those that it has. */
const OPENED = parse(`query Opened($id: ID!) { case(id: $id) { id withheld individual { id gender withheld } } }`);
const CONSENTS = parse(`query Consents($id: ID!, $after: String) {
  case(id: $id) {
    id
    consents(first: 1, after: $after) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { node { id purpose } }
    }
  }
}`);
const ACTOR = parse("{ viewer { actor } }");

const first = { first: 40 };
const isWithheld = ({ individual }) => individual.familyName === null && individual.withheld.includes("familyName");

const ofClient = (connect, url, tokens) => {
  const as = (role) => connect(url, tokens.get(role));
  const list = async (client) => rows((await data(client.query(LIST, first))).cases);
  const listed = async (client, id) => rows((await client.cached(LIST, first)).cases).find((row) => row.id === id);
  return {
    async "a list keeps what is withheld when a case is opened"() {
      const worker = as("case_worker");
      const { id } = (await list(worker)).find(isWithheld);
      const { case: opened } = await data(worker.query(OPENED, { id }));
      withheld((await listed(worker, id)).individual, "familyName");
      assert.deepEqual((await listed(worker, id)).individual.withheld, opened.individual.withheld);
    },

    async "what is given is not withheld any more"() {
      const [worker, supervisor] = [as("case_worker"), as("case_supervisor")];
      const { id } = (await list(worker)).find(isWithheld);
      const { viewer } = await data(worker.query(ACTOR, {}));
      const hand = (owner) => data(supervisor.mutate(UpdateCaseDocument, { input: { id, case: { owner } } }));
      const { updateCase } = await hand(viewer.actor);
      assert.deepEqual(updateCase.userErrors, []);
      await data(worker.query(OPENED, { id }));
      assert.deepEqual((await listed(worker, id)).individual.withheld, []);
      await hand("somebody else");
      await data(worker.query(OPENED, { id }));
      assert.ok((await listed(worker, id)).individual.withheld.includes("familyName"));
    },

    async "a list with another filter is another list"() {
      const supervisor = as("case_supervisor");
      const ask = async (status) => {
        const variables = { first: 3, filter: { status: { eq: status } } };
        return rows((await data(supervisor.query(CasesDocument, variables))).cases);
      };
      for (const status of ["ACTIVE", "CLOSED", "ACTIVE"]) {
        const page = await ask(status);
        assert.deepEqual(page.map((row) => row.status), [status, status, status]);
      }
    },

    async "a list that is asked for without an argument grows by its next page"() {
      const supervisor = as("case_supervisor");
      const ask = async (variables) => (await data(supervisor.query(CasesDocument, variables))).cases;
      const one = await ask({});
      const two = await ask({ after: one.pageInfo.endCursor });
      assert.deepEqual(rows(two).slice(0, 20), rows(one));
      assert.equal(new Set(rows(two).map(({ id }) => id)).size, 40);
    },

    async "a list below a row grows by its next page"() {
      const supervisor = as("case_supervisor");
      for (const { id } of await list(supervisor)) {
        const { consents: one } = (await data(supervisor.query(CONSENTS, { id }))).case;
        if (!one.pageInfo.hasNextPage) continue;
        const { consents: two } = (await data(supervisor.query(CONSENTS, { id, after: one.pageInfo.endCursor }))).case;
        assert.deepEqual(rows(two).slice(0, 1), rows(one));
        assert.equal(new Set(rows(two).map((row) => row.id)).size, 2);
        return;
      }
      assert.fail("no case with two consents");
    },
  };
};

const ofRelay = (url, tokens) => {
  const artifacts = relay.compile();
  const { caseListQuery, caseList_cases, caseList_row, caseListOpenedQuery } = artifacts;
  /** A client with a page of cases, what it reads of the list, and each row as its component reads it. */
  const opened = async (variables) => {
    const client = relay.connect(url, tokens.get("case_worker"));
    const reference = await client.ask(caseListQuery, variables);
    const nodes = () => rows(client.read(caseList_cases, reference).cases);
    return { client, reference, nodes, row: (node) => client.read(caseList_row, node) };
  };
  return {
    async "a list keeps what is withheld when a case is opened"() {
      const { client, nodes, row } = await opened(first);
      const node = nodes().find((node) => isWithheld(row(node)));
      const before = row(node);
      const { case: file } = await client.ask(caseListOpenedQuery, { id: node.id });
      withheld(row(node).individual, "familyName");
      assert.deepEqual(row(node), before);
      assert.deepEqual(file.individual.withheld, before.individual.withheld);
    },

    async "@connection adds page two to page one"() {
      const variables = { first: 3, filter: { status: { in: ["ACTIVE", "FOLLOW_UP"] } } };
      const { client, reference, nodes } = await opened(variables);
      const one = nodes().map(({ id }) => id);
      const { cases } = await client.more(caseList_cases, reference, 3, variables);
      const both = rows(cases).map(({ id }) => id);
      assert.deepEqual(both.slice(0, 3), one);
      assert.equal(new Set(both).size, 6);
    },

    async "a row that is fetched again is the same"() {
      const { client, nodes, row } = await opened(first);
      for (const node of nodes().filter((node, at) => at < 3 || isWithheld(row(node))).slice(0, 6)) {
        const before = row(node);
        assert.deepEqual(await client.refetch(caseList_row, node), before);
      }
    },
  };
};

/** The checks by their names. */
export const checks = (url, tokens) => {
  const ofEach = { apollo: ofClient(apollo, url, tokens), graphcache: ofClient(graphcache, url, tokens) };
  ofEach.relay = ofRelay(url, tokens);
  return Object.fromEntries(
    Object.entries(ofEach).flatMap(([client, of]) => Object.entries(of).map(([name, how]) => [`${client}: ${name}`, how])),
  );
};
