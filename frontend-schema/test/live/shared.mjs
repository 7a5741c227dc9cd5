// Checks of the operations that every audience has, for the roles of one.
import assert from "node:assert/strict";
import { data, figures, refusal } from "./expect.mjs";

/** `tier`: how exact the figures of this role are; none where it may not count. */
export const shared = ({ ViewerDocument, CodeListDocument, StatisticsDocument }, role, tier) => ({
  async Viewer(as) {
    const { viewer } = await data(as(role).query(ViewerDocument, { type: "Individual" }));
    assert.deepEqual(viewer.roles.map((membership) => membership.split("@")[0]), [role]);
    assert.ok(viewer.permissions.some(({ field }) => field.endsWith("familyName")));
    assert.ok(viewer.permissions.every(({ field }) => field.startsWith("Individual.")));
    assert.deepEqual([...new Set(viewer.statisticsTiers.map((entry) => entry.tier))], tier ? [tier] : []);
  },

  async CodeList(as) {
    const { codeList } = await data(as(role).query(CodeListDocument, { name: "exploitation_type" }));
    assert.ok(codeList.values.some(({ code, label }) => code === "FORCED_LABOUR" && label === "Forced labour"));
    await refusal(as(role).query(CodeListDocument, { name: "no_such_list" }), "BAD_INPUT");
  },

  async Statistics(as) {
    const asking = as(role).query(StatisticsDocument, { groupBy: ["GENDER"] });
    if (!tier) return refusal(asking, "FORBIDDEN");
    const { statistics } = await data(asking);
    figures(statistics);
    assert.equal(statistics.tier, tier);
    const counted = statistics.cells.reduce((sum, cell) => sum + cell.count, 0);
    if (tier === "EXACT") assert.equal(counted, statistics.total, "every case has one gender, or none");
  },
});
