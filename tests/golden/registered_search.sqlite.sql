-- data_entry@UA asks:
-- { cases(first: 2, search: "ko", filter: { not: { individual: { familyName: { startsWith: "K" } } } }) { totalCount nodes { status } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND ("case_file"."registered_by" = ? AND "case_file"."status" IN (?, ?)) AND (EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) AND (NOT (CASE WHEN ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) LIKE ? ESCAPE '\')) AND ((CASE WHEN ("case_file"."mission_id" = ? AND ("case_file"."registered_by" = ? AND "case_file"."status" IN (?, ?))) THEN "case_file"."case_number_key" LIKE ? ESCAPE '\' END) OR EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) AND (CASE WHEN ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."given_names_key" LIKE ? ESCAPE '\' OR "individual"."family_name_key" LIKE ? ESCAPE '\' OR "individual"."identity_number_key" LIKE ? ESCAPE '\' END))))
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND ("case_file"."registered_by" = ? AND "case_file"."status" IN (?, ?)) AND (EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) AND (NOT (CASE WHEN ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) LIKE ? ESCAPE '\')) AND ((CASE WHEN ("case_file"."mission_id" = ? AND ("case_file"."registered_by" = ? AND "case_file"."status" IN (?, ?))) THEN "case_file"."case_number_key" LIKE ? ESCAPE '\' END) OR EXISTS(SELECT ?
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) AND (CASE WHEN ("individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."registered_by" = ? AND "scope_case"."status" IN (?, ?)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."given_names_key" LIKE ? ESCAPE '\' OR "individual"."family_name_key" LIKE ? ESCAPE '\' OR "individual"."identity_number_key" LIKE ? ESCAPE '\' END))));
