-- case_worker@UA asks:
-- { narratives(first: 2) { nodes { kind passages(first: 5) { totalCount nodes { classification text } } } } }

SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = ?
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT ?;

SELECT "page"."mission_id", "page"."id", "page"."classification", (CASE WHEN ("page"."_g0") THEN "page"."text" END) AS "text", "page"."_g0", "page"."_k0", "page"."_parent", "page"."_n", "page"."_total"
FROM (SELECT "narrative_passage"."mission_id", "narrative_passage"."id", "narrative_passage"."classification", "narrative_passage"."text", (CASE WHEN ((("narrative_passage"."classification" = ? OR "narrative_passage"."classification" IS NULL) AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND "scope_case"."owner" = ? AND "scope_case"."id" IS NOT NULL)) OR ("narrative_passage"."classification" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND "scope_case"."owner" = ? AND "scope_case"."id" IS NOT NULL)) OR "narrative_passage"."classification" = ?) THEN ? ELSE ? END) AS "_g0", "narrative_passage"."position" AS "_k0", "narrative_passage"."narrative_id" AS "_parent", ROW_NUMBER() OVER ( PARTITION BY "narrative_passage"."mission_id", "narrative_passage"."narrative_id"
ORDER BY "narrative_passage"."position" ASC NULLS LAST, "narrative_passage"."mission_id" ASC, "narrative_passage"."id" ASC ) AS "_n", COUNT("narrative_passage"."id") OVER ( PARTITION BY "narrative_passage"."mission_id", "narrative_passage"."narrative_id" ) AS "_total"
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = ? AND ("narrative_passage"."mission_id" = ? AND "narrative_passage"."narrative_id" IN (?, ?))) AS "page"
WHERE "page"."_n" <= ?
ORDER BY "page"."_n" ASC;
