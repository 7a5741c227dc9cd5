-- case_worker@UA asks:
-- { traffickers(first: 5, orderBy: [{ field: FAMILY_NAME }]) { nodes { id alias withheld } totalCount } }

SELECT "page"."mission_id", "page"."id", (CASE WHEN ("page"."_g0") THEN "page"."alias" END) AS "alias", "page"."_g0", "page"."_k0"
FROM (SELECT "trafficker"."mission_id", "trafficker"."id", "trafficker"."alias", EXISTS(SELECT $1
FROM "episode_trafficker"
WHERE EXISTS(SELECT $2
FROM "case_file" AS "scope_case"
WHERE "scope_case"."owner" = $3 AND "scope_case"."mission_id" = "episode_trafficker"."mission_id" AND "scope_case"."id" = "episode_trafficker"."case_id") AND "episode_trafficker"."mission_id" = "trafficker"."mission_id" AND "episode_trafficker"."trafficker_id" = "trafficker"."id") AS "_g0", (CASE WHEN (("trafficker"."mission_id", "trafficker"."id") IN (SELECT "episode_trafficker"."mission_id", "episode_trafficker"."trafficker_id"
FROM "episode_trafficker"
WHERE "episode_trafficker"."mission_id" = $4 AND ("episode_trafficker"."mission_id", "episode_trafficker"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $5 AND "scope_case"."owner" = $6 AND "scope_case"."id" IS NOT NULL) AND "episode_trafficker"."trafficker_id" IS NOT NULL)) THEN "trafficker"."family_name_key" END) AS "_k0"
FROM "trafficker"
WHERE "trafficker"."mission_id" = $7
ORDER BY (CASE WHEN (("trafficker"."mission_id", "trafficker"."id") IN (SELECT "episode_trafficker"."mission_id", "episode_trafficker"."trafficker_id"
FROM "episode_trafficker"
WHERE "episode_trafficker"."mission_id" = $8 AND ("episode_trafficker"."mission_id", "episode_trafficker"."case_id") IN (SELECT "scope_case"."mission_id", "scope_case"."id"
FROM "case_file" AS "scope_case"
WHERE "scope_case"."mission_id" = $9 AND "scope_case"."owner" = $10 AND "scope_case"."id" IS NOT NULL) AND "episode_trafficker"."trafficker_id" IS NOT NULL)) THEN "trafficker"."family_name_key" END) ASC NULLS LAST, "trafficker"."mission_id" ASC, "trafficker"."id" ASC
LIMIT 6) AS "page"
ORDER BY "page"."_k0" ASC NULLS LAST, "page"."mission_id" ASC, "page"."id" ASC;

SELECT COUNT(*) AS "total"
FROM "trafficker"
WHERE "trafficker"."mission_id" = $1;
