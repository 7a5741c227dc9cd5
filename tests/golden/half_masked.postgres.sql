-- case_worker@UA asks:
-- { individuals(first: 2, orderBy: [{ field: FAMILY_NAME, direction: DESC }]) { totalCount nodes { familyName birthDate gender } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", (CASE WHEN ("page"."_g0") THEN "page"."family_name" END) AS "family_name", (CASE WHEN ("page"."_g0") THEN "page"."birth_date" END) AS "birth_date", "page"."_g0", "page"."_k0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", "individual"."family_name", "individual"."birth_date", EXISTS(SELECT $1
FROM "case_file" AS "scope_case"
WHERE ("scope_case"."owner" = $2 OR "scope_case"."team" IN ($3)) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id") AS "_g0", (CASE WHEN (("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $4 AND ("scope_case"."owner" = $5 OR "scope_case"."team" IN ($6)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) AS "_k0"
FROM "individual"
WHERE "individual"."mission_id" = $7
ORDER BY (CASE WHEN (("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $8 AND ("scope_case"."owner" = $9 OR "scope_case"."team" IN ($10)) AND "scope_case"."individual_id" IS NOT NULL)) THEN "individual"."family_name_key" END) DESC NULLS LAST, "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."_k0" DESC NULLS LAST, "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "individual"
WHERE "individual"."mission_id" = $1;
