-- case_supervisor@UA asks:
-- query($cursor: String) { cases(first: 2, after: $cursor, orderBy: [{ field: CASE_NUMBER }]) { nodes { caseNumber } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."case_number", "case_file"."case_number_key" AS "_k0"
FROM "case_file"
WHERE "case_file"."mission_id" = ? AND ("case_file"."case_number_key" > ? OR "case_file"."case_number_key" IS NULL OR ("case_file"."case_number_key" = ? AND ("case_file"."mission_id", "case_file"."id") > (?, ?)))
ORDER BY "case_file"."case_number_key" ASC NULLS LAST, "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3;
