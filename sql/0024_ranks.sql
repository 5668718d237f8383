-- The numbers in the names of functions are their versions: a later version of the app brings functions of its own.
--
-- Counted ranks: how many users have how many points, on boards where somebody reads far down. A board is the empty period (all
-- points), a week or a month. Every user on a board counts in one bucket, from "from_points" up to the next bucket.
--
-- "read_at" is kept at most some hours behind. Writers note changes until two days after it, and readers trust the counts for one day
-- after it, so no difference between their clocks matters.
CREATE TABLE "milepost"."rank_boards" (
  "period" text NOT NULL,
  "bucket_size" integer NOT NULL DEFAULT 2000,
  "is_counted" boolean NOT NULL DEFAULT false,
  "read_at" timestamptz NOT NULL,
  CONSTRAINT "rank_boards_one_each" PRIMARY KEY ("period"),
  CONSTRAINT "rank_boards_buckets_not_empty" CHECK ("bucket_size" > 0)
);
--> statement-breakpoint
-- "users" is null while they are not counted.
CREATE TABLE "milepost"."rank_buckets" (
  "period" text NOT NULL,
  "from_points" bigint NOT NULL,
  "users" integer,
  CONSTRAINT "rank_buckets_one_each" PRIMARY KEY ("period", "from_points")
) WITH (fillfactor = 50);
--> statement-breakpoint
-- What changed on boards that are counted and is not in the buckets yet. Written with the points themselves; nothing here is unique but
-- the id, so nobody waits for another. 0 points or less: not on the board. An empty user_id: somebody who was erased.
CREATE TABLE "milepost"."rank_changes" (
  "user_id" text NOT NULL,
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "period" text NOT NULL,
  "points_before" bigint NOT NULL,
  "points_after" bigint NOT NULL,
  CONSTRAINT "rank_changes_one_each" PRIMARY KEY ("user_id", "id")
);
--> statement-breakpoint
-- getLeaderboard and tend_ranks: the changes of one board
CREATE INDEX "rank_changes_by_period" ON "milepost"."rank_changes" ("period");
--> statement-breakpoint
-- Counts the users of a counted board who have more points than given. Everything is read in the snapshot of the caller's statement: the
-- buckets above the given points, what changed since they were counted, and the users in the one bucket that the points are in.
CREATE FUNCTION "milepost"."rank_ahead_1"(board text, given bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  -- The end of that bucket
  above constant bigint := coalesce((SELECT min(b.from_points) FROM "milepost"."rank_buckets" AS b
    WHERE b.period = board AND b.from_points > given), 9223372036854775807);
  total bigint := coalesce((SELECT sum(b.users) FROM "milepost"."rank_buckets" AS b
      WHERE b.period = board AND b.from_points >= above), 0)
    + coalesce((SELECT sum((c.points_after >= above)::integer - (c.points_before >= above)::integer)
      FROM "milepost"."rank_changes" AS c WHERE c.period = board), 0);
BEGIN
  IF above = given + 1 THEN
    RETURN total;
  ELSIF board = '' THEN
    RETURN total + (SELECT count(*) FROM "milepost"."user_standings" AS s
      WHERE s.points > 0 AND s.visibility <> 'off' AND s.points > given AND s.points < above);
  END IF;
  RETURN total + (SELECT count(*) FROM "milepost"."user_period_points" AS p
    WHERE p.period = board AND p.points > 0 AND p.points > given AND p.points < above AND NOT EXISTS (
      SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = p.user_id AND s.visibility = 'off'));
END
$function$;
--> statement-breakpoint
-- Says where a place is: how many users have more points, and how many have the same points and come first. "on_page": how many with
-- these points are read with it, from this place on; nobody with these points may come after them, unless nobody asks for "level".
-- On a counted board the counts are asked. Others are counted one by one, and so are groups, whose members have an attribute.
--
-- "is_due": whether "tend_ranks" should be called. A board is worth counting once so many users had to be counted one by one. "asked_at" is
-- null in a cluster, where no board is counted.
CREATE FUNCTION "milepost"."rank_place_1"(
  board text, attribute text, attribute_value text, asked_at timestamptz,
  place_points bigint, place_reached_at timestamptz, place_user_id text, on_page bigint,
  OUT is_due boolean, OUT ahead bigint, OUT level bigint
)
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  is_counted boolean;
  read_at timestamptz;
BEGIN
  IF attribute IS NULL THEN
    SELECT b.is_counted, b.read_at INTO is_counted, read_at FROM "milepost"."rank_boards" AS b
      WHERE b.period = board AND b.read_at > asked_at - interval '1 day';
    IF is_counted THEN
      ahead := "milepost"."rank_ahead_1"(board, place_points);
      level := "milepost"."rank_ahead_1"(board, place_points - 1) - ahead - on_page;
    ELSIF board = '' THEN
      ahead := (SELECT count(*) FROM "milepost"."user_standings" AS s
        WHERE s.points > 0 AND s.visibility <> 'off' AND s.points > place_points);
      level := (SELECT count(*) FROM "milepost"."user_standings" AS s
        WHERE s.points > 0 AND s.visibility <> 'off' AND s.points = place_points
          AND (s.reached_at, s.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
    ELSE
      SELECT count(*) FILTER (WHERE p.points > place_points), count(*) FILTER (WHERE p.points = place_points) INTO ahead, level
      FROM "milepost"."user_period_points" AS p
      WHERE p.period = board AND p.points > 0 AND p.points >= place_points
        AND (p.points > place_points OR (p.reached_at, p.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"))
        AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS h WHERE h.user_id = p.user_id AND h.visibility = 'off');
    END IF;
    -- Where nothing can be written, nothing is due.
    is_due := asked_at IS NOT NULL AND current_setting('transaction_read_only') = 'off' AND CASE
      WHEN is_counted THEN read_at <= asked_at - interval '1 hour' OR (
        SELECT count(*) FROM (SELECT FROM "milepost"."rank_changes" AS c WHERE c.period = board LIMIT 501) AS few) > 500
      ELSE is_counted IS NOT NULL OR ahead + level > 10000 END;
  ELSIF board = '' THEN
    SELECT count(*) FILTER (WHERE s.points > place_points), count(*) FILTER (WHERE s.points = place_points) INTO ahead, level
    FROM "milepost"."user_attributes" AS a JOIN "milepost"."user_standings" AS s ON s.user_id = a.user_id
    WHERE a.name = attribute AND a.value = attribute_value AND s.points > 0 AND s.visibility <> 'off' AND s.points >= place_points
      AND (s.points > place_points OR (s.reached_at, s.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
  ELSE
    SELECT count(*) FILTER (WHERE p.points > place_points), count(*) FILTER (WHERE p.points = place_points) INTO ahead, level
    FROM "milepost"."user_attributes" AS a JOIN "milepost"."user_standings" AS s ON s.user_id = a.user_id
    JOIN "milepost"."user_period_points" AS p ON p.user_id = a.user_id AND p.period = board
    WHERE a.name = attribute AND a.value = attribute_value AND p.points > 0 AND s.visibility <> 'off' AND p.points >= place_points
      AND (p.points > place_points OR (p.reached_at, p.user_id COLLATE "C") < (place_reached_at, place_user_id COLLATE "C"));
  END IF;
END
$function$;
--> statement-breakpoint
-- Notes that a locked user enters ('enter') or leaves ('leave') all boards, as "visibility" is changed to or from "off". With 'erase', before
-- the user is deleted, it also takes the id out of everything that was noted. "noted_since": two days before now, as in "rank_boards".
CREATE FUNCTION "milepost"."rank_user_1"(moved_id text, change text, noted_since timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF NOT EXISTS (SELECT FROM "milepost"."rank_boards") THEN
    RETURN;
  END IF;
  INSERT INTO "milepost"."rank_changes" (user_id, period, points_before, points_after)
  SELECT moved_id, r.period, CASE WHEN change = 'enter' THEN 0 ELSE r.points END, CASE WHEN change = 'enter' THEN r.points ELSE 0 END
  FROM (
    SELECT b.period, CASE WHEN b.period = '' THEN s.points ELSE (
      SELECT p.points FROM "milepost"."user_period_points" AS p WHERE p.user_id = s.user_id AND p.period = b.period
    ) END AS points
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
-- Notes that a board is read, and moves its changes into its buckets, dividing those that have become too large. Returns whether the
-- board is counted. If it is not, call it again once every transaction that wrote users after the first call has ended, with
-- "may_count": then it is counted from scratch. A board that was not read for a day is not counted any more. While another one folds, it
-- does nothing.
--
-- One statement deletes the changes and counts the users of large buckets, so both are of one snapshot. Points that more users have than
-- fit into a bucket get a bucket of their own. A bucket with more than four times its size is divided.
CREATE FUNCTION "milepost"."tend_ranks_1"(board text, asked_at timestamptz, may_count boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
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
        UNION ALL
        SELECT p.points FROM "milepost"."user_period_points" AS p WHERE board <> '' AND p.period = board AND p.points > 0
          AND NOT EXISTS (SELECT FROM "milepost"."user_standings" AS s WHERE s.user_id = p.user_id AND s.visibility = 'off')
      ) AS e WHERE e.points >= l.from_points AND e.points < l.until_points GROUP BY e.points
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
