-- case_supervisor@UA asks:
-- { cases(first: 2) { totalCount nodes { caseNumber status individual { familyName } narratives { nodes { kind } } } } }

SELECT "case_file"."mission_id", "case_file"."id", "case_file"."individual_id", "case_file"."case_number", "case_file"."status"
FROM "case_file"
WHERE "case_file"."mission_id" = ?
ORDER BY "case_file"."mission_id" ASC, "case_file"."id" ASC
LIMIT ?;

SELECT COUNT(*) AS "total"
FROM "case_file"
WHERE "case_file"."mission_id" = ?;

SELECT "individual"."mission_id", "individual"."id", "individual"."family_name"
FROM "individual"
WHERE "individual"."mission_id" = ? AND ("individual"."mission_id" = ? AND "individual"."id" IN (?, ?))
LIMIT ?;

SELECT "page"."mission_id", "page"."id", "page"."kind", "page"."_parent", "page"."_n"
FROM (SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind", "narrative"."case_id" AS "_parent", ROW_NUMBER() OVER ( PARTITION BY "narrative"."mission_id", "narrative"."case_id"
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC ) AS "_n"
FROM "narrative"
WHERE "narrative"."mission_id" = ? AND ("narrative"."mission_id" = ? AND "narrative"."case_id" IN (?, ?))) AS "page"
WHERE "page"."_n" <= ?
ORDER BY "page"."_n" ASC;
