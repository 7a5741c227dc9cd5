-- hq_analyst@* asks:
-- { cases(first: 2) { nodes { caseNumber status individual { familyName gender } } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 OR "case_file"."mission_id" IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT $19;

SELECT "individual"."mission_id", "individual"."id", "individual"."gender"
FROM "individual"
WHERE "individual"."mission_id" = $1 AND ("individual"."mission_id" = $2 AND "individual"."id" IN ($3, $4));
