-- case_supervisor@UA asks:
-- { cases(first: 2) { totalCount nodes { caseNumber status individual { familyName } narratives { nodes { kind } } } } }

SELECT "page"."mission_id", "page"."id", "page"."individual_id", "page"."case_number", "page"."status", CAST((SELECT json_build_array("page1"."mission_id", "page1"."id", "page1"."family_name")
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."family_name"
FROM "individual"
WHERE $1 AND ("individual"."mission_id" = "page"."mission_id" AND "individual"."id" = "page"."individual_id")
LIMIT 1) AS "page1") AS text) AS "_b0", CAST(json_build_array((SELECT json_agg(json_build_array("page1"."mission_id", "page1"."id", "page1"."kind"))
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE $2 AND ("narrative"."mission_id" = "page"."mission_id" AND "narrative"."case_id" = "page"."id")
ORDER BY COALESCE("narrative"."id", "narrative"."id") ASC
LIMIT 21) AS "page1"), NULL) AS text) AS "_b1"
FROM (SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."case_number", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $3
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT 3) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = $1;
