-- case_supervisor@UA asks:
-- { cases(first: 2) { totalCount nodes { caseNumber status individual { familyName } narratives { nodes { kind } } } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."case_number", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = $1
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT $2;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = $1;

SELECT "individual"."mission_id", "individual"."id", "individual"."family_name"
FROM "individual"
WHERE "individual"."mission_id" = $1 AND ("individual"."mission_id" = $2 AND "individual"."id" = ANY($3))
LIMIT $4;

SELECT "page"."mission_id", "page"."id", "page"."kind", "page"."_parent", "page"."_n"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind", "narrative"."case_id" AS "_parent", ROW_NUMBER() OVER ( PARTITION BY "narrative"."mission_id", "narrative"."case_id"
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC ) AS "_n"
FROM "narrative"
WHERE "narrative"."mission_id" = $1 AND ("narrative"."mission_id" = $2 AND "narrative"."case_id" = ANY($3))) AS "page"
WHERE "page"."_n" <= $4
ORDER BY "page"."_n" ASC;
