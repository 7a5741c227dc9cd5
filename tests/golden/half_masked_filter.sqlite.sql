-- case_worker@UA asks:
-- { cases(first: 2, filter: { individual: { familyName: { startsWith: "a" } }, not: { individual: { phone: { isNull: true } } } }) { nodes { status } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND (EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND "individual"."mission_id" = ? AND (CASE WHEN (("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."owner" = ? OR "scope_case"."team" IN (?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) LIKE ? ESCAPE '\') AND EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND "individual"."mission_id" = ? AND (NOT (CASE WHEN (("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."owner" = ? OR "scope_case"."team" IN (?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."phone" END) IS NULL)))
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3;
