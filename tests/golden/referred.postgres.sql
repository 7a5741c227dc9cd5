-- partner_provider@UA asks:
-- { individuals(first: 2) { totalCount nodes { givenNames phone gender } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", (CASE WHEN ("page"."_g0") THEN "page"."given_names" END) AS "given_names", (CASE WHEN ("page"."_g0") THEN "page"."phone" END) AS "phone", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", "individual"."given_names", "individual"."phone", EXISTS(SELECT $1
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $2 AND EXISTS(SELECT $3
FROM "referral"
WHERE "referral"."mission_id" = $4 AND "referral"."organisation" = $5 AND "referral"."direction" = $6 AND "referral"."status" = $7 AND "referral"."expires_on" >= $8 AND "referral"."consent_in_force" = $9 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id") AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = $10 AND EXISTS(SELECT $11
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $12 AND EXISTS(SELECT $13
FROM "referral"
WHERE "referral"."mission_id" = $14 AND "referral"."organisation" = $15 AND "referral"."direction" = $16 AND "referral"."status" = $17 AND "referral"."expires_on" >= $18 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id")
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT $19) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "individual"
WHERE "individual"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $3 AND EXISTS(SELECT $4
FROM "referral"
WHERE "referral"."mission_id" = $5 AND "referral"."organisation" = $6 AND "referral"."direction" = $7 AND "referral"."status" = $8 AND "referral"."expires_on" >= $9 AND "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id") AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id");
