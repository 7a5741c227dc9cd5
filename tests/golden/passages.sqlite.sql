-- case_worker@UA asks:
-- { narratives(first: 2) { nodes { kind passages(first: 5) { totalCount nodes { classification text } } } } }

SELECT "page"."mission_id", "page"."id", "page"."kind", CAST(json_array(json((SELECT json_group_array(json_array("page1"."mission_id", hex("page1"."id"), "page1"."classification", (CASE WHEN ("page1"."_g0") THEN "page1"."text" END), "page1"."_g0"))
FROM (SELECT "narrative_passage"."mission_id", "narrative_passage"."id", "narrative_passage"."classification", "narrative_passage"."text", (CASE WHEN ((("narrative_passage"."classification" = ? OR "narrative_passage"."classification" IS NULL) AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND "scope_case"."owner" = ? AND "scope_case"."id" IS NOT NULL)) OR ("narrative_passage"."classification" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND "scope_case"."owner" = ? AND "scope_case"."id" IS NOT NULL)) OR "narrative_passage"."classification" = ?) THEN ? ELSE ? END) AS "_g0"
FROM "narrative_passage"
WHERE ? AND ("narrative_passage"."mission_id" = "page"."mission_id" AND "narrative_passage"."narrative_id" = "page"."id")
ORDER BY "narrative_passage"."position" ASC NULLS LAST, COALESCE("narrative_passage"."id", "narrative_passage"."id") ASC
LIMIT 6) AS "page1")), (SELECT COUNT(*) AS "total"
FROM "narrative_passage"
WHERE ? AND ("narrative_passage"."mission_id" = "page"."mission_id" AND "narrative_passage"."narrative_id" = "page"."id"))) AS text) AS "_b0"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = ?
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;
