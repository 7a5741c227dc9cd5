-- partner_researcher@UA asks:
-- { narratives(first: 2, search: "work") { totalCount nodes { kind case { id } } } }

SELECT "page"."mission_id", "page"."id", "page"."kind", NULL AS "_b0"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $3) <> $4 AND "scope_case"."mission_id" = "narrative"."mission_id" AND "scope_case"."id" = "narrative"."case_id") AND EXISTS(SELECT $5
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = $6 AND EXISTS(SELECT $7
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $8) <> $9 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) AND (CASE WHEN ("narrative_passage"."mission_id" = $10 AND EXISTS(SELECT $11
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $12) <> $13 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id") AND "narrative_passage"."classification" = $14) THEN "narrative_passage"."text_key" LIKE $15 ESCAPE E'\\' END))
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "narrative"
WHERE "narrative"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $3) <> $4 AND "scope_case"."mission_id" = "narrative"."mission_id" AND "scope_case"."id" = "narrative"."case_id") AND EXISTS(SELECT $5
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = $6 AND EXISTS(SELECT $7
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $8) <> $9 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) AND (CASE WHEN ("narrative_passage"."mission_id" = $10 AND EXISTS(SELECT $11
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."consents_in_force" & $12) <> $13 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id") AND "narrative_passage"."classification" = $14) THEN "narrative_passage"."text_key" LIKE $15 ESCAPE E'\\' END));
