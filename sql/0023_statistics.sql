-- Counts who holds which badge. Reads every completion and every badge once. The lists go together: a badge, whether it is asked for, and
-- two rows of bits with a bit for each badge: its own, and those of the badges that are needed before it. "repeatable_ids": milestones
-- that are held by whoever holds any of their badges.
CREATE FUNCTION "milepost"."badge_statistics_1"(
  ids text, asked text, own_bits text, needed_bits text, repeatable_ids text, active_since timestamptz, ahead_limit interval
) RETURNS TABLE (
  id text, holders float8, counted float8, active float8, timed float8, median_ms float8, users float8, active_users float8,
  is_gated boolean, eligible float8, eligible_holders float8
)
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  repeatable constant text[] := repeatable_ids;
BEGIN
  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT id, is_asked::boolean AS is_asked, position('1' in needed) > 0 AS is_gated, own::varbit AS own, needed::varbit AS needed
    FROM unnest(ids::text[], asked::text[], own_bits::text[], needed_bits::text[]) AS given (id, is_asked, own, needed)
  ), users AS MATERIALIZED (
    -- Users with a completion that counts
    SELECT p.user_id, min(p.completed_at) AS first_at, max(p.recorded_at) >= active_since AS is_active
    FROM "milepost"."user_progress" AS p
    WHERE p.category <> 'milestone_badge' AND p.completed_at <= p.recorded_at + ahead_limit GROUP BY p.user_id
  ), badges AS (
    SELECT p.item_key AS id, p.user_id, p.completed_at AS earned_at
    FROM "milepost"."user_progress" AS p WHERE p.category = 'milestone_badge'
    UNION ALL
    SELECT split_part(p.item_key, '@', 1), p.user_id, min(p.completed_at) FROM "milepost"."user_progress" AS p
    WHERE repeatable <> '{}' AND p.category = 'milestone_badge' AND split_part(p.item_key, '@', 1) = ANY (repeatable)
      AND p.item_key LIKE '%@%'
    GROUP BY 1, 2
  ), held AS MATERIALIZED (
    SELECT id, own, user_id, earned_at, first_at, is_active FROM badges JOIN asked USING (id) LEFT JOIN users USING (user_id)
  ), holdings AS MATERIALIZED (
    SELECT each.badges, count(*) AS users FROM (
      SELECT bit_or(own) AS badges FROM held WHERE is_active IS NOT NULL GROUP BY user_id
    ) AS each GROUP BY each.badges
  ), of_eligible AS (
    SELECT id, sum(h.users) AS eligible, sum(h.users) FILTER (WHERE h.badges & own = own) AS eligible_holders
    FROM holdings AS h JOIN asked ON is_gated AND h.badges & needed = needed GROUP BY id
  ), of_held AS (
    SELECT id, count(*) AS holders, count(is_active) AS counted, count(*) FILTER (WHERE is_active) AS active,
      count(*) FILTER (WHERE earned_at >= first_at) AS timed,
      percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', earned_at - first_at) * 1000)
        FILTER (WHERE earned_at >= first_at) AS median_ms
    FROM held GROUP BY id
  ), totals AS (SELECT count(*) AS users, count(*) FILTER (WHERE is_active) AS active_users FROM users)
  SELECT a.id, coalesce(h.holders, 0)::float8, coalesce(h.counted, 0)::float8, coalesce(h.active, 0)::float8,
    coalesce(h.timed, 0)::float8, h.median_ms::float8, t.users::float8, t.active_users::float8, a.is_gated,
    coalesce(e.eligible, 0)::float8, coalesce(e.eligible_holders, 0)::float8
  FROM asked AS a CROSS JOIN totals AS t LEFT JOIN of_held AS h USING (id) LEFT JOIN of_eligible AS e USING (id) WHERE a.is_asked;
END
$function$;
