-- partner_provider@UA asks:
-- { individuals(first: 2) { totalCount nodes { givenNames phone gender } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", (CASE WHEN ("page"."_g0") THEN "page"."given_names" END) AS "given_names", (CASE WHEN ("page"."_g0") THEN "page"."phone" END) AS "phone", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", "individual"."given_names", "individual"."phone", EXISTS(SELECT ?
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id" AND EXISTS(SELECT ?
FROM "referral"
WHERE "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id" AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."consent_in_force" = ?)) AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = ? AND EXISTS(SELECT ?
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id" AND EXISTS(SELECT ?
FROM "referral"
WHERE "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id" AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ?))
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT ?) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "individual"
WHERE "individual"."mission_id" = ? AND EXISTS(SELECT ?
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id" AND EXISTS(SELECT ?
FROM "referral"
WHERE "referral"."mission_id" = "scope_case"."mission_id" AND "referral"."case_id" = "scope_case"."id" AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ?));
