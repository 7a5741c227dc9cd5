// Checks of the operations of headquarters' front ends.
import assert from "node:assert/strict";
import * as headquarters from "causeway-frontend-schema/headquarters";
import { data, figures, pages, rows } from "./expect.mjs";
import { shared } from "./shared.mjs";

const { CodeListDocument, DashboardDocument, DimensionValuesDocument, MissionsDocument } = headquarters;
const role = "hq_analyst";

export const checks = {
  ...shared(headquarters, role, "HEADQUARTERS"),

  async Dashboard(as) {
    const answers = Object.values(await data(as(role).query(DashboardDocument))).filter((answer) => answer?.cells);
    assert.equal(answers.length, 4);
    for (const answer of answers) {
      figures(answer);
      assert.equal(answer.tier, "HEADQUARTERS");
      assert.equal(answer.total, answers[0].total, "the same cases in each question");
    }
    assert.ok(answers.some(({ suppressedCells }) => suppressedCells > 0), "small cells are suppressed");
    const { byMission } = await data(as(role).query(DashboardDocument, { missions: ["UA"] }));
    assert.deepEqual([byMission.missions, byMission.cells.map(({ keys }) => keys)], [["UA"], [["UA"]]]);
  },

  async Missions(as) {
    const missions = async (client, page) => (await data(client.query(MissionsDocument, page))).missions;
    await pages(() => as.anew(role), missions, 4, 3);
    const all = rows(await missions(as(role), { first: 100 }));
    assert.ok(all.some(({ code, name }) => code === "UA" && name === "Ukraine"));
  },

  async DimensionValues(as) {
    const { statistics } = await data(as(role).query(DimensionValuesDocument, { dimension: "EXPLOITATION_TYPE" }));
    figures(statistics);
    const { codeList } = await data(as(role).query(CodeListDocument, { name: "exploitation_type" }));
    const codes = new Set(codeList.values.map(({ code }) => code));
    assert.ok(statistics.cells.every(({ keys: [key] }) => key === null || codes.has(key)), "each value has a label");
  },
};
