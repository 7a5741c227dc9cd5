// Checks of the operations of partners' front ends. What a partner should see follows from what a supervisor sees.
import assert from "node:assert/strict";
import * as mission from "causeway-frontend-schema/mission";
import * as partner from "causeway-frontend-schema/partner";
import { data, pages, refusal, rows, withheld } from "./expect.mjs";
import { shared } from "./shared.mjs";

const { NarrativesDocument, ReferredCaseDocument, ReferredCasesDocument } = partner;
const role = "partner_provider";

const list = async (client, variables) => (await data(client.query(ReferredCasesDocument, variables))).cases;

/** The organisations to which a case is referred today. */
const referredTo = ({ referrals }) => {
  const today = new Date().toISOString().slice(0, 10);
  const accepted = rows(referrals).filter(({ status }) => status === "ACCEPTED");
  const inForce = accepted.filter(({ expiresOn }) => expiresOn === null || expiresOn >= today);
  return inForce.map(({ organisation }) => organisation);
};

export const checks = {
  ...shared(partner, role, null),

  async ReferredCases(as) {
    const supervisor = as("case_supervisor");
    const seen = await list(as(role), { first: 100, withTotal: true });
    assert.equal(seen.totalCount, seen.edges.length);
    const { cases } = await data(supervisor.query(mission.CasesDocument, { withTotal: true }));
    assert.ok(seen.totalCount > 0 && seen.totalCount < cases.totalCount, "some cases of the mission, not all");

    const files = rows(seen).map(({ id }) => data(supervisor.query(mission.CaseFileDocument, { id })));
    const organisations = (await Promise.all(files)).map(({ case: file }) => new Set(referredTo(file)));
    const common = [...organisations[0]].filter((name) => organisations.every((names) => names.has(name)));
    assert.equal(common.length, 1, "every case is referred to one organisation");

    const refused = rows(seen).filter((row) => row.individual.withheld.includes("familyName"));
    assert.ok(refused.length > 0 && refused.length < seen.edges.length, "names with the consent to the referral only");
    for (const row of refused) withheld(row.individual, "givenNames", "familyName");
    await pages(() => as.anew(role), list, 1, 2);
  },

  async ReferredCase(as) {
    const nodes = rows(await list(as(role), { first: 100 }));
    const asked = nodes.map(({ id }) => data(as(role).query(ReferredCaseDocument, { id })));
    const files = (await Promise.all(asked)).map((answer) => answer.case);
    assert.ok(files.some(({ exploitations }) => exploitations.edges.length > 0));
    const passages = files.flatMap((file) => rows(file.narratives).flatMap((story) => rows(story.passages)));
    assert.ok(passages.some(({ text }) => text));
    for (const row of passages.filter(({ classification }) => classification === "IDENTIFYING")) withheld(row, "text");

    const referred = new Set(nodes.map(({ id }) => id));
    const { cases } = await data(as("case_supervisor").query(mission.CasesDocument, { first: 100 }));
    const other = rows(cases).find(({ id }) => !referred.has(id));
    const elsewhere = await data(as(role).query(ReferredCaseDocument, { id: other.id }));
    assert.equal(elsewhere.case, null, "a case that was not referred");
  },

  async Narratives(as) {
    // The same rule that holds for a researcher: individuals who consent to research, open passages only.
    const { narratives } = await data(as("hq_analyst").query(NarrativesDocument, { missions: ["UA"], first: 100 }));
    const passages = rows(narratives).flatMap((story) => rows(story.passages));
    assert.ok(passages.some(({ text }) => text));
    for (const row of passages.filter(({ classification }) => classification !== "OPEN")) withheld(row, "text");
    const filter = { writtenOn: { from: "2020-01-01" } };
    await refusal(as("hq_analyst").query(NarrativesDocument, { filter }), "FORBIDDEN");
  },
};
