-- hq_analyst@* asks:
-- { cases(first: 2) { nodes { caseNumber status individual { familyName gender } } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $1 OR "case_file"."mission_id" = ANY($2)
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT $3;

SELECT "individual"."mission_id", "individual"."id", "individual"."gender"
FROM "individual"
WHERE "individual"."mission_id" = $1 AND ("individual"."mission_id" = $2 AND "individual"."id" = ANY($3))
LIMIT $4;
