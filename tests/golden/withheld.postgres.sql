-- hq_analyst@* asks:
-- { cases(first: 2) { nodes { caseNumber status individual { familyName gender } } } }

SELECT "page"."mission_id", "page"."id", "page"."individual_id", "page"."status", CAST((SELECT json_build_array("page1"."mission_id", "page1"."id", "page1"."gender")
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender"
FROM "individual"
WHERE ("individual"."mission_id" = $1 OR "individual"."mission_id" = ANY($2)) AND ("individual"."mission_id" = "page"."mission_id" AND "individual"."id" = "page"."individual_id")
LIMIT 1) AS "page1") AS text) AS "_b0"
FROM (SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $3 OR "case_file"."mission_id" = ANY($4)
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;
