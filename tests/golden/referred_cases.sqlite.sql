-- partner_provider@UA asks:
-- { cases(first: 3) { totalCount nodes { id } } }

SELECT "case_file"."mission_id", "case_file"."id"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND ("case_file"."mission_id", "case_file"."id") IN (SELECT "referral"."mission_id", "referral"."case_id"
FROM "referral"
WHERE "referral"."mission_id" = ? AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."case_id" IS NOT NULL)
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 4;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND ("case_file"."mission_id", "case_file"."id") IN (SELECT "referral"."mission_id", "referral"."case_id"
FROM "referral"
WHERE "referral"."mission_id" = ? AND "referral"."organisation" = ? AND "referral"."direction" = ? AND "referral"."status" = ? AND "referral"."expires_on" >= ? AND "referral"."case_id" IS NOT NULL);
