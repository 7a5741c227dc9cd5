-- case_worker@UA asks:
-- { individuals(first: 2) { nodes { gender withheld } } narratives(first: 2) { nodes { kind withheld passages(first: 5) { nodes { position withheld } } } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", EXISTS(SELECT $1
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."owner" = $2 OR "scope_case"."team" IN ($3)) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id") AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = $4
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT "page"."mission_id", "page"."id", "page"."kind", CAST(json_build_array((SELECT json_agg(json_build_array("page1"."mission_id", "page1"."id", "page1"."position", "page1"."_g0"))
FROM (SELECT "narrative_passage"."mission_id", "narrative_passage"."id", "narrative_passage"."position", (("narrative_passage"."classification" = $1 OR "narrative_passage"."classification" IS NULL) AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."owner" = $3 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) OR ("narrative_passage"."classification" = $4 AND EXISTS(SELECT $5
FROM "case_file" AS "scope_case"
WHERE "scope_case"."owner" = $6 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) OR "narrative_passage"."classification" = $7 AS "_g0"
FROM "narrative_passage"
WHERE $8 AND ("narrative_passage"."mission_id" = "page"."mission_id" AND "narrative_passage"."narrative_id" = "page"."id")
ORDER BY "narrative_passage"."position" ASC NULLS LAST, COALESCE("narrative_passage"."id", "narrative_passage"."id") ASC
LIMIT 6) AS "page1"), NULL) AS text) AS "_b0"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = $9
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;
