-- data_entry@UA asks:
-- { cases(first: 2, search: "ko", filter: { not: { individual: { familyName: { startsWith: "K" } } } }) { totalCount nodes { status } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND ("case_file"."registered_by" = $2 AND "case_file"."status" IN ($3, $4)) AND (EXISTS(SELECT $5
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = $6 AND EXISTS(SELECT $7
FROM "case_file" AS "scope_case"
WHERE "scope_case"."registered_by" = $8 AND "scope_case"."status" IN ($9, $10) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")) AND (NOT (CASE WHEN ("individual"."mission_id" = $11 AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $12 AND ("scope_case"."registered_by" = $13 AND "scope_case"."status" IN ($14, $15)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) LIKE $16 ESCAPE E'\\')) AND ((CASE WHEN ("case_file"."mission_id" = $17 AND ("case_file"."registered_by" = $18 AND "case_file"."status" IN ($19, $20))) THEN "case_file"."case_number_key" LIKE $21 ESCAPE E'\\' END) OR EXISTS(SELECT $22
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = $23 AND EXISTS(SELECT $24
FROM "case_file" AS "scope_case"
WHERE "scope_case"."registered_by" = $25 AND "scope_case"."status" IN ($26, $27) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")) AND (CASE WHEN ("individual"."mission_id" = $28 AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $29 AND ("scope_case"."registered_by" = $30 AND "scope_case"."status" IN ($31, $32)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."given_names_key" LIKE $33 ESCAPE E'\\' OR "individual"."family_name_key" LIKE $34 ESCAPE E'\\' OR "individual"."identity_number_key" LIKE $35 ESCAPE E'\\' END))))
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND ("case_file"."registered_by" = $2 AND "case_file"."status" IN ($3, $4)) AND (EXISTS(SELECT $5
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = $6 AND EXISTS(SELECT $7
FROM "case_file" AS "scope_case"
WHERE "scope_case"."registered_by" = $8 AND "scope_case"."status" IN ($9, $10) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")) AND (NOT (CASE WHEN ("individual"."mission_id" = $11 AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $12 AND ("scope_case"."registered_by" = $13 AND "scope_case"."status" IN ($14, $15)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) LIKE $16 ESCAPE E'\\')) AND ((CASE WHEN ("case_file"."mission_id" = $17 AND ("case_file"."registered_by" = $18 AND "case_file"."status" IN ($19, $20))) THEN "case_file"."case_number_key" LIKE $21 ESCAPE E'\\' END) OR EXISTS(SELECT $22
FROM "individual"
WHERE "individual"."mission_id" = "case_file"."mission_id" AND "individual"."id" = "case_file"."individual_id" AND ("individual"."mission_id" = $23 AND EXISTS(SELECT $24
FROM "case_file" AS "scope_case"
WHERE "scope_case"."registered_by" = $25 AND "scope_case"."status" IN ($26, $27) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")) AND (CASE WHEN ("individual"."mission_id" = $28 AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $29 AND ("scope_case"."registered_by" = $30 AND "scope_case"."status" IN ($31, $32)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."given_names_key" LIKE $33 ESCAPE E'\\' OR "individual"."family_name_key" LIKE $34 ESCAPE E'\\' OR "individual"."identity_number_key" LIKE $35 ESCAPE E'\\' END))));
