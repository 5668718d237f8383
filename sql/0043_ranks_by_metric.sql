-- Ranks are counted on boards by a metric too. In the tables of ranks, such a board is named by its period and its metric, with a line
-- break between. What stands there for the points of a user is the mark of the user's value: a whole number, so that a bucket can begin
-- at any value. 0 still says that a user is not on the board.
--
-- The mark of a value: never lower if the value is higher, and the same only for values with the same first 15 digits. Always above 0.
-- Each number of digits before the point has 900000000000000 marks. Null, the value of a row that ranks nobody, has the mark 0.
CREATE FUNCTION "milepost"."rank_mark_1"(value numeric) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(4611686018427387904 + floor(sign(value) * CASE WHEN abs(value) < 1 THEN abs(value) * 1000000000000000
  ELSE length(trunc(abs(value))::text) * 900000000000000
    + abs(value) * ('1e' || (15 - length(trunc(abs(value))::text))::text)::numeric END)::bigint, 0);
--> statement-breakpoint
-- The lowest value that has this mark or a higher one.
CREATE FUNCTION "milepost"."rank_value_1"(mark bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sign((mark - 4611686018427387904)::numeric)
  * (abs(mark - 4611686018427387904) - (abs(mark - 4611686018427387904) - 100000000000000) / 900000000000000 * 900000000000000)
  * ('1e' || ((abs(mark - 4611686018427387904) - 100000000000000) / 900000000000000 - 15)::text)::numeric;
--> statement-breakpoint
-- Counts the users of a counted board who have more than the given points or value, or also those who have as much. Everything is read in
-- the snapshot of the caller's statement: the buckets above, what changed since they were counted, and the users in one bucket. Values
-- with the same mark are in the same bucket, and are compared there.
--
-- One plan is good for any values here, and making another takes longer than the rest. OFFSET 0 has each user looked up: a join would
-- first read everybody who is hidden.
CREATE FUNCTION "milepost"."rank_count_1"(board text, given numeric, with_as_much boolean) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $function$
DECLARE
  board_period constant text := split_part(board, chr(10), 1);
  board_metric constant text := substr(board, length(board_period) + 2);
  by_metric constant boolean := board_metric <> '';
  mark constant bigint := CASE WHEN by_metric THEN "milepost"."rank_mark_1"(given) ELSE given::bigint END;
  -- From here on, everybody is counted.
  fewest constant bigint := mark
    + CASE WHEN with_as_much AND (NOT by_metric OR "milepost"."rank_value_1"(mark) = given) THEN 0 ELSE 1 END;
  -- Where the next bucket begins
  above constant bigint := coalesce((SELECT min(b.from_points) FROM "milepost"."rank_buckets" AS b
    WHERE b.period = board AND b.from_points >= fewest), 9223372036854775807);
  total constant bigint := coalesce((SELECT sum(b.users) FROM "milepost"."rank_buckets" AS b
      WHERE b.period = board AND b.from_points >= above), 0)
    + coalesce((SELECT sum((c.points_after >= above)::integer - (c.points_before >= above)::integer)
      FROM "milepost"."rank_changes" AS c WHERE c.period = board), 0);
BEGIN
  IF by_metric AND with_as_much THEN
    RETURN total + (SELECT count(*) FROM "milepost"."user_metrics" AS m
      WHERE m.metric = board_metric AND m.period = board_period AND m.ranked >= given
        AND m.ranked < "milepost"."rank_value_1"(above) AND NOT EXISTS (
          SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = m.user_id AND s.visibility = 'off' OFFSET 0));
  ELSIF by_metric THEN
    RETURN total + (SELECT count(*) FROM "milepost"."user_metrics" AS m
      WHERE m.metric = board_metric AND m.period = board_period AND m.ranked > given
        AND m.ranked < "milepost"."rank_value_1"(above) AND NOT EXISTS (
          SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = m.user_id AND s.visibility = 'off' OFFSET 0));
  ELSIF board = '' THEN
    RETURN total + (SELECT count(*) FROM "milepost"."user_standings" AS s
      WHERE s.points > 0 AND s.visibility <> 'off' AND s.points >= fewest AND s.points < above);
  END IF;
  RETURN total + (SELECT count(*) FROM "milepost"."user_period_points" AS p
    WHERE p.period = board AND p.points > 0 AND p.points >= fewest AND p.points < above AND NOT EXISTS (
      SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = p.user_id AND s.visibility = 'off' OFFSET 0));
END
$function$;
--> statement-breakpoint
-- As "rank_place_1", also on a board by a metric, where "place_points" is a value. Groups of such a board are counted by the caller.
CREATE FUNCTION "milepost"."rank_place_2"(
  board text, attribute text, attribute_value text, asked_at timestamptz,
  place_points numeric, place_reached_at timestamptz, place_user_id text, on_page bigint,
  OUT is_due boolean, OUT ahead bigint, OUT level bigint
)
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  board_period constant text := split_part(board, chr(10), 1);
  board_metric constant text := substr(board, length(board_period) + 2);
  by_metric constant boolean := board_metric <> '';
  -- Of the type of the columns, so that their indexes are used
  given constant bigint := CASE WHEN NOT by_metric THEN place_points END;
  is_counted boolean;
  read_at timestamptz;
BEGIN
  IF attribute IS NULL THEN
    SELECT b.is_counted, b.read_at INTO is_counted, read_at FROM "milepost"."rank_boards" AS b
      WHERE b.period = board AND b.read_at > asked_at - interval '1 day';
    IF is_counted THEN
      ahead := "milepost"."rank_count_1"(board, place_points, false);
      level := "milepost"."rank_count_1"(board, place_points, true) - ahead - on_page;
    ELSIF by_metric THEN
      SELECT count(*) FILTER (WHERE m.ranked > place_points), count(*) FILTER (WHERE m.ranked = place_points) INTO ahead, level
      FROM "milepost"."user_metrics" AS m
      WHERE m.metric = board_metric AND m.period = board_period AND m.ranked >= place_points
        AND (m.ranked > place_points OR (m.reached_at, m.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"))
        AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS h WHERE h.user_id = m.user_id AND h.visibility = 'off');
    ELSIF board = '' THEN
      ahead := (SELECT count(*) FROM "milepost"."user_standings" AS s
        WHERE s.points > 0 AND s.visibility <> 'off' AND s.points > given);
      level := (SELECT count(*) FROM "milepost"."user_standings" AS s
        WHERE s.points > 0 AND s.visibility <> 'off' AND s.points = given
          AND (s.reached_at, s.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
    ELSE
      SELECT count(*) FILTER (WHERE p.points > given), count(*) FILTER (WHERE p.points = given) INTO ahead, level
      FROM "milepost"."user_period_points" AS p
      WHERE p.period = board AND p.points > 0 AND p.points >= given
        AND (p.points > given OR (p.reached_at, p.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"))
        AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS h WHERE h.user_id = p.user_id AND h.visibility = 'off');
    END IF;
    -- Where nothing can be written, nothing is due.
    is_due := asked_at IS NOT NULL AND current_setting('transaction_read_only') = 'off' AND CASE
      WHEN is_counted THEN read_at <= asked_at - interval '1 hour' OR (
        SELECT count(*) FROM (SELECT FROM "milepost"."rank_changes" AS c WHERE c.period = board LIMIT 501) AS few) > 500
      ELSE is_counted IS NOT NULL OR ahead + level > 10000 END;
  ELSIF board = '' THEN
    SELECT count(*) FILTER (WHERE s.points > given), count(*) FILTER (WHERE s.points = given) INTO ahead, level
    FROM "milepost"."user_attributes" AS a JOIN "milepost"."user_standings" AS s ON s.user_id = a.user_id
    WHERE a.name = attribute AND a.value = attribute_value AND s.points > 0 AND s.visibility <> 'off' AND s.points >= given
      AND (s.points > given OR (s.reached_at, s.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
  ELSE
    SELECT count(*) FILTER (WHERE p.points > given), count(*) FILTER (WHERE p.points = given) INTO ahead, level
    FROM "milepost"."user_attributes" AS a JOIN "milepost"."user_standings" AS s ON s.user_id = a.user_id
    JOIN "milepost"."user_period_points" AS p ON p.user_id = a.user_id AND p.period = board
    WHERE a.name = attribute AND a.value = attribute_value AND p.points > 0 AND s.visibility <> 'off' AND p.points >= given
      AND (p.points > given OR (p.reached_at, p.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
  END IF;
END
$function$;
--> statement-breakpoint
-- Notes the same of boards by a metric. It stays the function of earlier versions, because "move_user_2" calls it.
CREATE OR REPLACE FUNCTION "milepost"."rank_user_1"(moved_id text, change text, noted_since timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM "milepost"."rank_boards") THEN
    RETURN;
  END IF;
  INSERT INTO "milepost"."rank_changes" (user_id, period, points_before, points_after)
  SELECT moved_id, r.period, CASE WHEN change = 'enter' THEN 0 ELSE r.points END, CASE WHEN change = 'enter' THEN r.points ELSE 0 END
  FROM (
    SELECT b.period, CASE WHEN b.period = '' THEN s.points ELSE coalesce((
      SELECT p.points FROM "milepost"."user_period_points" AS p WHERE p.user_id = s.user_id AND p.period = b.period
    ), (
      SELECT "milepost"."rank_mark_1"(m.ranked) FROM "milepost"."user_metrics" AS m
      WHERE m.user_id = s.user_id AND m.period || chr(10) || m.metric = b.period AND m.ranked IS NOT NULL
    )) END AS points
    FROM "milepost"."rank_boards" AS b CROSS JOIN "milepost"."user_standings" AS s
    WHERE b.read_at > noted_since AND s.user_id = moved_id AND (change <> 'erase' OR s.visibility <> 'off')
  ) AS r WHERE r.points > 0;
  IF change = 'erase' THEN
    -- A fold may be reading these rows. It must see them once, as they were or as they are.
    PERFORM pg_advisory_xact_lock(hashtextextended('ranks of "milepost"', 0));
    WITH noted AS (
      DELETE FROM "milepost"."rank_changes" AS c WHERE c.user_id = moved_id RETURNING c.period, c.points_before, c.points_after
    )
    INSERT INTO "milepost"."rank_changes" (user_id, period, points_before, points_after)
    SELECT '', n.period, n.points_before, n.points_after FROM noted AS n;
  END IF;
END
$function$;
--> statement-breakpoint
-- As "tend_ranks_1", also for boards by a metric.
CREATE FUNCTION "milepost"."tend_ranks_2"(board text, asked_at timestamptz, may_count boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  board_period constant text := split_part(board, chr(10), 1);
  board_metric constant text := substr(board, length(board_period) + 2);
  size integer;
  was_counted boolean;
  was_read_at timestamptz;
  no_end constant bigint := 9223372036854775807;
BEGIN
  SELECT b.bucket_size, b.is_counted, b.read_at INTO size, was_counted, was_read_at
    FROM "milepost"."rank_boards" AS b WHERE b.period = board FOR UPDATE;
  IF was_read_at IS NULL OR was_read_at <= asked_at - interval '1 day' THEN
    -- Nobody may have noted what happened until now.
    INSERT INTO "milepost"."rank_boards" AS b (period, read_at) VALUES (board, asked_at)
      ON CONFLICT (period) DO UPDATE SET read_at = excluded.read_at, is_counted = false;
    RETURN false;
  ELSIF NOT was_counted AND NOT may_count THEN
    RETURN false;
  END IF;
  UPDATE "milepost"."rank_boards" AS b SET read_at = asked_at WHERE b.period = board AND b.read_at < asked_at - interval '1 minute';
  -- Above READ COMMITTED, the snapshot would be older than the lock.
  IF current_setting('transaction_isolation') <> 'read committed'
    OR NOT pg_try_advisory_xact_lock(hashtextextended('ranks of "milepost"', 0))
  THEN
    RETURN true;
  END IF;
  IF NOT was_counted THEN
    DELETE FROM "milepost"."rank_boards" AS b WHERE b.read_at < asked_at - interval '3 days';
    DELETE FROM "milepost"."rank_changes" AS c
      WHERE NOT EXISTS (SELECT FROM "milepost"."rank_boards" AS b WHERE b.period = c.period);
    DELETE FROM "milepost"."rank_buckets" AS c
      WHERE c.period = board OR NOT EXISTS (SELECT FROM "milepost"."rank_boards" AS b WHERE b.period = c.period);
    INSERT INTO "milepost"."rank_buckets" (period, from_points) VALUES (board, 1);
    UPDATE "milepost"."rank_boards" AS b SET is_counted = true WHERE b.period = board;
  END IF;

  WITH gone AS (
    DELETE FROM "milepost"."rank_changes" AS c WHERE c.period = board RETURNING c.points_before, c.points_after
  ), moves AS (
    SELECT m.points, sum(m.users)::integer AS users FROM (
      SELECT g.points_before AS points, -1 AS users FROM gone AS g UNION ALL SELECT g.points_after, 1 FROM gone AS g
    ) AS m WHERE m.points > 0 GROUP BY m.points HAVING sum(m.users) <> 0
  ), moved AS (
    SELECT b.from_points, sum(m.users)::integer AS users FROM moves AS m CROSS JOIN LATERAL (
      SELECT b.from_points FROM "milepost"."rank_buckets" AS b
      WHERE b.period = board AND b.from_points <= m.points ORDER BY b.from_points DESC LIMIT 1
    ) AS b GROUP BY b.from_points
  ), sized AS (
    SELECT b.from_points, coalesce(lead(b.from_points) OVER (ORDER BY b.from_points), no_end) AS until_points,
      b.users + coalesce(m.users, 0) AS users, m.users IS NOT NULL AS is_changed
    FROM "milepost"."rank_buckets" AS b LEFT JOIN moved AS m ON m.from_points = b.from_points WHERE b.period = board
  ), large AS MATERIALIZED (
    SELECT s.from_points, s.until_points FROM sized AS s
    WHERE (s.users IS NULL OR s.users > 4 * size) AND s.until_points > s.from_points + 1
  ), valued AS MATERIALIZED (
    SELECT l.from_points AS part, l.until_points, v.points, v.users FROM large AS l CROSS JOIN LATERAL (
      SELECT e.points, count(*)::integer AS users FROM (
        SELECT s.points FROM "milepost"."user_standings" AS s WHERE board = '' AND s.points > 0 AND s.visibility <> 'off'
          AND s.points >= l.from_points AND s.points < l.until_points
        UNION ALL
        SELECT p.points FROM "milepost"."user_period_points" AS p WHERE board <> '' AND p.period = board AND p.points > 0
          AND p.points >= l.from_points AND p.points < l.until_points
          AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = p.user_id AND s.visibility = 'off')
        UNION ALL
        SELECT "milepost"."rank_mark_1"(m.ranked) FROM "milepost"."user_metrics" AS m
        WHERE board_metric <> '' AND m.metric = board_metric AND m.period = board_period
          AND m.ranked >= "milepost"."rank_value_1"(l.from_points) AND m.ranked < "milepost"."rank_value_1"(l.until_points)
          AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = m.user_id AND s.visibility = 'off')
      ) AS e GROUP BY e.points
    ) AS v
  ), placed AS (
    SELECT v.*, v.users > size AS is_heavy, (sum(v.users) OVER (PARTITION BY v.part ORDER BY v.points) - v.users) / size AS slot
    FROM valued AS v
  ), starts AS (
    SELECT l.from_points AS points FROM large AS l
    UNION
    SELECT p.points FROM (SELECT p.*, lag(p.slot) OVER (PARTITION BY p.part ORDER BY p.points) AS slot_before FROM placed AS p) AS p
      WHERE p.is_heavy OR p.slot <> p.slot_before
    UNION
    SELECT p.points + 1 FROM placed AS p WHERE p.is_heavy AND p.points + 1 < p.until_points
  ), counted AS (
    SELECT min(e.points) FILTER (WHERE e.is_start) AS from_points, sum(e.users) AS users FROM (
      SELECT e.*, count(*) FILTER (WHERE e.is_start) OVER (ORDER BY e.points, e.is_start DESC) AS bucket FROM (
        SELECT s.points, 0 AS users, true AS is_start FROM starts AS s UNION ALL SELECT v.points, v.users, false FROM valued AS v
      ) AS e
    ) AS e GROUP BY e.bucket
  )
  INSERT INTO "milepost"."rank_buckets" AS b (period, from_points, users)
  SELECT board, c.from_points, c.users FROM counted AS c
  UNION ALL
  SELECT board, s.from_points, s.users FROM sized AS s
  WHERE s.is_changed AND NOT EXISTS (SELECT FROM large AS l WHERE l.from_points = s.from_points)
  ON CONFLICT (period, from_points) DO UPDATE SET users = excluded.users;
  RETURN true;
END
$function$;
