-- partner_researcher@UA asks:
-- { narratives(first: 2, search: "work") { totalCount nodes { kind case { id } } } }

SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $3 AND ("scope_case"."consents_in_force" & $4) <> $5 AND "scope_case"."mission_id" = "narrative"."mission_id" AND "scope_case"."id" = "narrative"."case_id") AND EXISTS(SELECT $6
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = $7 AND EXISTS(SELECT $8
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $9 AND ("scope_case"."consents_in_force" & $10) <> $11 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) AND (CASE WHEN ("narrative_passage"."mission_id" = $12 AND EXISTS(SELECT $13
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $14 AND ("scope_case"."consents_in_force" & $15) <> $16 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id") AND "narrative_passage"."classification" = $17) THEN "narrative_passage"."text_key" LIKE $18 ESCAPE E'\\' END))
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT $19;

SELECT COUNT(*) AS "total"
FROM "narrative"
WHERE "narrative"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $3 AND ("scope_case"."consents_in_force" & $4) <> $5 AND "scope_case"."mission_id" = "narrative"."mission_id" AND "scope_case"."id" = "narrative"."case_id") AND EXISTS(SELECT $6
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = $7 AND EXISTS(SELECT $8
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $9 AND ("scope_case"."consents_in_force" & $10) <> $11 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) AND (CASE WHEN ("narrative_passage"."mission_id" = $12 AND EXISTS(SELECT $13
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $14 AND ("scope_case"."consents_in_force" & $15) <> $16 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id") AND "narrative_passage"."classification" = $17) THEN "narrative_passage"."text_key" LIKE $18 ESCAPE E'\\' END));
