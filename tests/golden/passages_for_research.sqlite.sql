-- partner_researcher@UA asks:
-- { narratives(first: 2, search: "work") { totalCount nodes { kind case { id } } } }

SELECT "page"."mission_id", "page"."id", "page"."kind", NULL AS "_b0"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = ? AND ("narrative"."mission_id", "narrative"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL) AND EXISTS(SELECT ?
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL)) AND (CASE WHEN ("narrative_passage"."mission_id" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL) AND "narrative_passage"."classification" = ?) THEN "narrative_passage"."text_key" LIKE ? ESCAPE '\' END))
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "narrative"
WHERE "narrative"."mission_id" = ? AND ("narrative"."mission_id", "narrative"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL) AND EXISTS(SELECT ?
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = "narrative"."mission_id" AND "narrative_passage"."narrative_id" = "narrative"."id" AND ("narrative_passage"."mission_id" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL)) AND (CASE WHEN ("narrative_passage"."mission_id" = ? AND ("narrative_passage"."mission_id", "narrative_passage"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."consents_in_force" & ?) <> ? AND "scope_case"."id" IS NOT NULL) AND "narrative_passage"."classification" = ?) THEN "narrative_passage"."text_key" LIKE ? ESCAPE '\' END));
