-- hq_analyst@* asks:
-- { cases(first: 2) { nodes { caseNumber status individual { familyName gender } } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = ? OR "case_file"."mission_id" IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT ?;

SELECT "individual"."mission_id", "individual"."id", "individual"."gender"
FROM "individual"
WHERE "individual"."mission_id" = ? AND ("individual"."mission_id" = ? AND "individual"."id" IN (?, ?))
LIMIT ?;
