-- partner_provider@UA asks:
-- { individuals(first: 2) { totalCount nodes { givenNames phone gender } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", (CASE WHEN ("page"."_g0") THEN "page"."given_names" END) AS "given_names", (CASE WHEN ("page"."_g0") THEN "page"."phone" END) AS "phone", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", "individual"."given_names", "individual"."phone", EXISTS(SELECT $1
FROM "case_file" AS "scope_case"
WHERE EXISTS(SELECT $2
FROM "referral"
WHERE "referral"."organisation" = $3 AND "referral"."direction" = $4 AND "referral"."status" = $5 AND "referral"."expires_on" >= $6 AND "referral"."consent_in_force" = $7 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id") AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = $8 AND EXISTS(SELECT $9
FROM "case_file" AS "scope_case"
WHERE EXISTS(SELECT $10
FROM "referral"
WHERE "referral"."organisation" = $11 AND "referral"."direction" = $12 AND "referral"."status" = $13 AND "referral"."expires_on" >= $14 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "individual"
WHERE "individual"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE EXISTS(SELECT $3
FROM "referral"
WHERE "referral"."organisation" = $4 AND "referral"."direction" = $5 AND "referral"."status" = $6 AND "referral"."expires_on" >= $7 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id");
