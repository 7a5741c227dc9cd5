-- case_worker@UA asks:
-- { cases(first: 2, filter: { individual: { familyName: { startsWith: "a" } }, not: { individual: { phone: { isNull: true } } } }) { nodes { status } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND (EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND "individual"."mission_id" = ? AND (EXISTS(SELECT ?
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id" AND ("scope_case"."owner" = ? OR "scope_case"."team" IN (?))) AND "individual"."family_name_key" LIKE ? ESCAPE '\')) AND (NOT EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND "individual"."mission_id" = ? AND (CASE WHEN (EXISTS(SELECT ?
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id" AND ("scope_case"."owner" = ? OR "scope_case"."team" IN (?)))) THEN "individual"."phone" END) IS NULL)))
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT ?;
