-- partner_provider@UA asks:
-- { cases(first: 3) { totalCount nodes { id } } }

SELECT "case_file"."mission_id", "case_file"."id"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "referral"
WHERE "referral"."organisation" = $3 AND "referral"."direction" = $4 AND "referral"."status" = $5 AND "referral"."expires_on" >= $6 AND "referral"."mission_id" = "case_file"."mission_id" AND "referral"."case_id" = "case_file"."id")
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 4;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "referral"
WHERE "referral"."organisation" = $3 AND "referral"."direction" = $4 AND "referral"."status" = $5 AND "referral"."expires_on" >= $6 AND "referral"."mission_id" = "case_file"."mission_id" AND "referral"."case_id" = "case_file"."id");
