-- case_worker@UA asks:
-- { individuals(first: 2) { nodes { gender withheld } } narratives(first: 2) { nodes { kind withheld passages(first: 5) { nodes { position withheld } } } } }

SELECT "page"."mission_id", "page"."id", "page"."gender", "page"."_g0"
FROM (SELECT "individual"."mission_id", "individual"."id", "individual"."gender", EXISTS(SELECT $1
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $2 AND ("scope_case"."owner" = $3 OR "scope_case"."team" IN ($4)) AND "scope_case"."mission_id" = "individual"."mission_id" AND "scope_case"."individual_id" = "individual"."id") AS "_g0"
FROM "individual"
WHERE "individual"."mission_id" = $5
ORDER BY "individual"."mission_id" ASC, "individual"."id" ASC
LIMIT $6) AS "page"
ORDER BY "page"."mission_id" ASC, "page"."id" ASC;

SELECT "narrative"."mission_id", "narrative"."id", "narrative"."kind"
FROM "narrative"
WHERE "narrative"."mission_id" = $1
ORDER BY "narrative"."mission_id" ASC, "narrative"."id" ASC
LIMIT $2;

SELECT "page"."mission_id", "page"."id", "page"."position", "page"."_g0", "page"."_k0", "page"."_parent", "page"."_n"
FROM (SELECT "narrative_passage"."mission_id", "narrative_passage"."id", "narrative_passage"."position", (("narrative_passage"."classification" = $1 OR "narrative_passage"."classification" IS NULL) AND EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $3 AND "scope_case"."owner" = $4 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) OR ("narrative_passage"."classification" = $5 AND EXISTS(SELECT $6
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $7 AND "scope_case"."owner" = $8 AND "scope_case"."mission_id" = "narrative_passage"."mission_id" AND "scope_case"."id" = "narrative_passage"."case_id")) OR "narrative_passage"."classification" = $9 AS "_g0", "narrative_passage"."position" AS "_k0", "narrative_passage"."narrative_id" AS "_parent", ROW_NUMBER() OVER ( PARTITION BY "narrative_passage"."mission_id", "narrative_passage"."narrative_id"
ORDER BY "narrative_passage"."position" ASC NULLS LAST, "narrative_passage"."mission_id" ASC, "narrative_passage"."id" ASC ) AS "_n"
FROM "narrative_passage"
WHERE "narrative_passage"."mission_id" = $10 AND ("narrative_passage"."mission_id" = $11 AND "narrative_passage"."narrative_id" = ANY($12))) AS "page"
WHERE "page"."_n" <= $13
ORDER BY "page"."_n" ASC;
