// Checks of the operations of mission front ends, and that a role with fewer rights sees less by the same operations.
import assert from "node:assert/strict";
import * as mission from "causeway-frontend-schema/mission";
import { data, pages, refusal, rows, withheld } from "./expect.mjs";
import { shared } from "./shared.mjs";

const { CasesDocument, CaseFileDocument, RegisterCaseDocument, SaveOrganisationDocument, UpdateCaseDocument } = mission;

const cases = async (client, variables) => (await data(client.query(CasesDocument, variables))).cases;
const caseFile = async (client, id) => (await data(client.query(CaseFileDocument, { id }))).case;

const individual = { givenNames: "Test", familyName: "Synthetic", gender: "FEMININE" };
const consents = [{ purpose: "DATA_MANAGEMENT", decision: "GIVEN", method: "WRITTEN" }];
const register = (client, input) =>
  client.mutate(RegisterCaseDocument, { input: { mission: "UA", individual, ...input } });

export const checks = {
  ...shared(mission, "case_supervisor", "EXACT"),

  async Cases(as) {
    const supervisor = as("case_supervisor");
    await pages(() => as.anew("case_supervisor"), cases, 3, 3);
    const orderBy = [{ field: "REGISTERED_ON", direction: "DESC" }];
    await pages(() => as.anew("case_supervisor"), cases, 3, 3, { orderBy });

    const filter = { status: { in: ["ACTIVE", "FOLLOW_UP"] } };
    const open = await cases(supervisor, { filter, first: 50, withTotal: true });
    assert.ok(open.totalCount >= open.edges.length && open.edges.length > 0);
    assert.ok(rows(open).every(({ status }) => ["ACTIVE", "FOLLOW_UP"].includes(status)));
    const found = await cases(supervisor, { search: rows(open)[0].caseNumber });
    assert.deepEqual(rows(found).map(({ id }) => id), [rows(open)[0].id]);
    assert.equal(found.totalCount, undefined, "a total that was not asked for");

    // A case worker gets names in some of the cases that a supervisor gets them in.
    const seen = rows(await cases(supervisor, { first: 100 }));
    const byWorker = rows(await cases(as("case_worker"), { first: 100 }));
    assert.deepEqual(byWorker.map(({ id }) => id), seen.map(({ id }) => id));
    assert.ok(seen.every((row) => row.withheld.length === 0 && row.individual.withheld.length === 0));
    const held = byWorker.filter((row) => row.individual.withheld.length > 0);
    const given = byWorker.filter((row) => row.individual.withheld.length === 0);
    assert.ok(held.length > 0 && given.length > 0, "names are withheld in some rows only");
    for (const row of held) withheld(row.individual, "givenNames", "familyName");
    for (const row of given) assert.deepEqual(row.individual, seen.find(({ id }) => id === row.id).individual);

    // Headquarters gets no number, no day and no name.
    for (const row of rows(await cases(as("hq_analyst"), { missions: ["UA"] }))) {
      withheld(row, "caseNumber", "registeredOn", "owner");
      withheld(row.individual, "givenNames", "familyName");
    }
    await refusal(as("hq_analyst").query(CasesDocument, { orderBy }), "FORBIDDEN");
  },

  async CaseFile(as) {
    const supervisor = as("case_supervisor");
    const seen = rows(await cases(supervisor, { first: 30 }));
    const files = await Promise.all(seen.map(({ id }) => caseFile(supervisor, id)));
    const all = (list) => files.flatMap((file) => rows(file[list]));
    const episodes = all("episodes");
    assert.ok(episodes.length > 0 && all("consents").length > 0 && all("referrals").length > 0);
    assert.ok(episodes.some(({ exploitations }) => rows(exploitations).some((row) => row.exploitationType)));
    assert.ok(episodes.some(({ involvements }) => rows(involvements).some((row) => row.trafficker.id)));
    assert.ok(all("narratives").some(({ passages }) => rows(passages).some((row) => row.text)));

    // Of a case that is not in their hands, case workers get the open passages, and no document of the individual.
    const worker = as("case_worker");
    const held = rows(await cases(worker, { first: 30 })).filter((row) => row.individual.withheld.length > 0);
    const ofOthers = await Promise.all(held.map(({ id }) => caseFile(worker, id)));
    for (const file of ofOthers) withheld(file.individual, "birthDate", "identityNumber", "phone");
    const passages = ofOthers.flatMap((file) => rows(file.narratives).flatMap((story) => rows(story.passages)));
    assert.ok(passages.some((row) => row.classification === "OPEN" && row.text));
    const closed = passages.filter((row) => row.classification !== "OPEN");
    assert.ok(closed.length > 0);
    for (const row of closed) withheld(row, "text");

    // A list that is read again does not make a file that is open forget what is withheld.
    if (worker.cached) {
      await cases(worker, { first: 30 });
      const { case: file } = await worker.cached(CaseFileDocument, { id: held[0].id });
      withheld(file.individual, "birthDate", "familyName");
    }

    const [elsewhere] = rows(await cases(as("hq_analyst"), { missions: ["MD"], first: 1 }));
    assert.equal(await caseFile(supervisor, elsewhere.id), null, "a case of another mission");
  },

  async RegisterCase(as) {
    const { registerCase } = await data(register(as("case_worker"), { case: { riskLevel: "HIGH" }, consents }));
    assert.deepEqual(registerCase.userErrors, []);
    assert.equal(registerCase.case.individual.familyName, "Synthetic");
    assert.equal(registerCase.case.riskLevel, "HIGH");
    assert.match(registerCase.case.caseNumber, /^UA-/);

    const refused = await data(register(as("case_worker"), {}));
    assert.equal(refused.registerCase.case, null);
    assert.deepEqual(refused.registerCase.userErrors.map(({ code }) => code), ["BAD_INPUT"], "a name without a consent");
    await refusal(register(as("hq_analyst"), { consents }), "FORBIDDEN");
  },

  async UpdateCase(as) {
    const worker = as("case_worker");
    const { id } = (await data(register(worker, { consents }))).registerCase.case;
    const input = { id, case: { riskLevel: "LOW" }, individual: { familyName: null } };
    const { updateCase } = await data(worker.mutate(UpdateCaseDocument, { input }));
    assert.deepEqual(updateCase.userErrors, []);
    const file = await caseFile(worker, id);
    assert.equal(file.riskLevel, "LOW");
    assert.equal(file.status, "ACTIVE", "what is left out stays");
    assert.deepEqual([file.individual.givenNames, file.individual.familyName], ["Test", null]);
    assert.ok(!file.individual.withheld.includes("familyName"), "unknown, not withheld");

    const only = await data(worker.mutate(UpdateCaseDocument, { input: { id, consents } }));
    assert.equal(only.updateCase.case.riskLevel, "LOW", "a whole part that is left out stays");
    const seen = await caseFile(worker, id);
    const against = { id, version: seen.version, individualVersion: seen.individual.version, case: { riskLevel: "HIGH" } };
    const next = (await data(worker.mutate(UpdateCaseDocument, { input: against }))).updateCase;
    assert.deepEqual([next.conflict, next.case.version], [null, seen.version + 1]);
    const stale = (await data(worker.mutate(UpdateCaseDocument, { input: against }))).updateCase;
    assert.equal(stale.case, null);
    assert.deepEqual([stale.conflict.currentVersion, stale.conflict.fields], [seen.version + 1, ["Case.riskLevel"]]);
    await refusal(as("hq_analyst").mutate(UpdateCaseDocument, { input }), "FORBIDDEN");
  },

  async SaveOrganisation(as) {
    const admin = as("mission_admin");
    const save = (client, input) => client.mutate(SaveOrganisationDocument, { input });
    // Each kind of client makes one of its own.
    const key = `harbour-${crypto.randomUUID().slice(0, 8)}`;
    const organisation = { key, name: "New Harbour", type: "NGO", status: "ACTIVE" };
    const made = (await data(save(admin, { mission: "UA", organisation }))).saveOrganisation;
    assert.deepEqual([made.userErrors, made.organisation.version, made.organisation.withheld], [[], 1, []]);
    const change = { id: made.organisation.id, version: 1, organisation: { name: "Old Harbour" } };
    const changed = (await data(save(admin, change))).saveOrganisation.organisation;
    assert.deepEqual([changed.key, changed.name, changed.version], [key, "Old Harbour", 2]);
    const stale = (await data(save(admin, change))).saveOrganisation;
    assert.equal(stale.organisation, null);
    assert.deepEqual([stale.conflict.currentVersion, stale.conflict.fields], [2, ["Organisation.name"]]);
    await refusal(save(as("case_worker"), { ...change, version: 2 }), "FORBIDDEN");
  },
};
