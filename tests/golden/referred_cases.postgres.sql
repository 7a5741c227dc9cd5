-- partner_provider@UA asks:
-- { cases(first: 3) { totalCount nodes { id } } }

SELECT "case_file"."mission_id", "case_file"."id"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "referral"
WHERE "referral"."mission_id" = $3 AND "referral"."organisation" = $4 AND "referral"."direction" = $5 AND "referral"."status" = $6 AND "referral"."expires_on" >= $7 AND "referral"."mission_id" = "case_file"."mission_id" AND "referral"."case_id" = "case_file"."id")
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT $8;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND EXISTS(SELECT $2
FROM "referral"
WHERE "referral"."mission_id" = $3 AND "referral"."organisation" = $4 AND "referral"."direction" = $5 AND "referral"."status" = $6 AND "referral"."expires_on" >= $7 AND "referral"."mission_id" = "case_file"."mission_id" AND "referral"."case_id" = "case_file"."id");
