-- partner_provider@UA asks:
-- { individuals(first: 2) { totalCount nodes { givenNames phone gender } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", (CASE WHEN ("page"."_g0") THEN "page"."given_names" END) AS "given_names", (CASE WHEN ("page"."_g0") THEN "page"."phone" END) AS "phone", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", "individual"."given_names", "individual"."phone", (CASE WHEN (("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."mission_id", "scope_case"."id") IN (SELECT "referral"."mission_id", "referral"."case_id"
FROM "referral"
WHERE "referral"."mission_id" = ? AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."consent_in_force" = ? AND "referral"."case_id" IS NOT NULL) AND "scope_case"."individual_id" IS NOT NULL)) THEN ? ELSE ? END) AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."mission_id", "scope_case"."id") IN (SELECT "referral"."mission_id", "referral"."case_id"
FROM "referral"
WHERE "referral"."mission_id" = ? AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."case_id" IS NOT NULL) AND "scope_case"."individual_id" IS NOT NULL)
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "individual"
WHERE "individual"."mission_id" = ? AND ("individual"."mission_id", "individual"."id") IN (SELECT "scope_case"."mission_id", "scope_case"."individual_id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = ? AND ("scope_case"."mission_id", "scope_case"."id") IN (SELECT "referral"."mission_id", "referral"."case_id"
FROM "referral"
WHERE "referral"."mission_id" = ? AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."case_id" IS NOT NULL) AND "scope_case"."individual_id" IS NOT NULL);
