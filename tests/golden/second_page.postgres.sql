-- case_supervisor@UA asks:
-- query($cursor: String) { cases(first: 2, after: $cursor, orderBy: [{ field: CASE_NUMBER }]) { nodes { caseNumber } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."case_number", "case_file"."case_number_key" AS "_k0"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 AND ("case_file"."case_number_key" > $2 OR "case_file"."case_number_key" IS NULL OR ("case_file"."case_number_key" = $3 AND ("case_file"."mission_id", "case_file"."id") > ($4, $5)))
ORDER BY "case_file"."case_number_key" ASC NULLS LAST, "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3;
