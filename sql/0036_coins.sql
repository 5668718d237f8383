-- Coins are rows of the ledger too. "currency": which coins; null for points. "reason": why coins were spent, paid back or given manually.
ALTER TABLE "milepost"."points_ledger" ADD COLUMN "currency" text, ADD COLUMN "reason" text;
--> statement-breakpoint
-- As "move_user_1", also with coins.
--
-- Moves everything of a user to another one, under the locks of both, and lets the former id point to the other. What both have, such as
-- a decision about a badge or an attribute, stays as "into_id" has it; time zones are those of both, each from when it was set on.
-- Metrics, points and badges are counted afterwards. Events that were written stay under the id that they name.
-- At most one of them was folded, and the other has nothing from before that line.
CREATE FUNCTION "milepost"."move_user_2"(from_id text, into_id text, moved_at timestamptz)
RETURNS TABLE (completion_count integer, duplicate_count integer)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  noted_since constant timestamptz := moved_at - interval '48 hours';
  gone record;
  stays record;
  owner text;
  losers text[];
  lost_categories text[];
  lost_items text[];
  own_categories text[];
  own_items text[];
  sources text[];
  periods text[];
  categories text[];
  items text[];
  documents jsonb[];
  times timestamptz[];
  stored timestamptz[];
  counts integer[];
  held text[];
  changes bigint[];
  taken bigint[];
  last_id bigint;
BEGIN
  SELECT s.visibility, s.sequence, s.has_undone, s.points INTO gone FROM "milepost"."user_standings" AS s WHERE s.user_id = from_id;
  SELECT s.visibility INTO stays FROM "milepost"."user_standings" AS s WHERE s.user_id = into_id;
  IF gone.visibility <> 'off' THEN
    PERFORM "milepost"."rank_user_1"(from_id, 'leave', noted_since);
  ELSIF stays.visibility <> 'off' THEN
    PERFORM "milepost"."rank_user_1"(into_id, 'leave', noted_since);
  END IF;

  -- Takes out what does not stay, and takes its points back.
  SELECT array_agg(c.loser), array_agg(c.category), array_agg(c.item_key) INTO losers, lost_categories, lost_items
    FROM "milepost"."merge_conflicts_1"(from_id, into_id) AS c;
  FOREACH owner IN ARRAY ARRAY[from_id, into_id] LOOP
    SELECT array_agg(c.in_category), array_agg(c.item) INTO own_categories, own_items
      FROM unnest(losers, lost_categories, lost_items) AS c (loser, in_category, item) WHERE c.loser = owner;
    IF own_items IS NOT NULL THEN
      INSERT INTO "milepost"."points_ledger"
        (user_id, source, period, category, item_key, entry, points, at, recorded_at, offered, cap, terms, points_before, currency, reason)
      SELECT owner, n.source, n.period, n.category, n.item_key,
        n.last_entry + row_number() OVER (PARTITION BY n.source, n.period, n.category, n.item_key ORDER BY n.at, n.cap, n.terms, n.currency),
        -n.points, n.at, moved_at, CASE WHEN n.period <> '' OR n.terms IS NOT NULL THEN -n.offered END, n.cap, n.terms,
        CASE WHEN n.points > 0 AND n.currency IS NULL THEN (
          SELECT s.points FROM "milepost"."user_standings" AS s WHERE s.user_id = owner) END, n.currency, NULL
      FROM (
        SELECT l.source, l.period, l.category, l.item_key, l.at, l.cap, l.terms, l.currency, sum(l.points) AS points,
          sum(coalesce(l.offered, l.points)) AS offered,
          max(max(l.entry)) OVER (PARTITION BY l.source, l.period, l.category, l.item_key) AS last_entry
        FROM "milepost"."points_ledger" AS l
        JOIN unnest(own_categories, own_items) AS c (in_category, item) ON l.category = c.in_category AND l.item_key = c.item
        WHERE l.user_id = owner GROUP BY l.source, l.period, l.category, l.item_key, l.at, l.cap, l.terms, l.currency
      ) AS n WHERE n.points <> 0 OR n.offered <> 0;
      DELETE FROM "milepost"."user_progress" AS p USING unnest(own_categories, own_items) AS c (in_category, item)
        WHERE p.user_id = owner AND p.category = c.in_category AND p.item_key = c.item;
    END IF;
  END LOOP;
  duplicate_count := (SELECT count(*) FROM unnest(lost_categories) AS c (in_category) WHERE c.in_category <> 'milestone_badge');

  SELECT array_agg(p.item_key) INTO held FROM "milepost"."user_progress" AS p
    WHERE p.user_id = into_id AND p.category = 'milestone_badge';
  -- Only what was read is deleted: the host may insert rows at any time.
  SELECT array_agg(p.category), array_agg(p.item_key), array_agg(p.metadata), array_agg(p.completed_at), array_agg(p.recorded_at)
    INTO categories, items, documents, times, stored FROM "milepost"."user_progress" AS p WHERE p.user_id = from_id;
  INSERT INTO "milepost"."user_progress" (user_id, category, item_key, metadata, completed_at, recorded_at)
    SELECT into_id, g.in_category, g.item, g.document, g.at, g.stored_at
    FROM unnest(categories, items, documents, times, stored) AS g (in_category, item, document, at, stored_at)
    ORDER BY g.in_category COLLATE "C", g.item COLLATE "C" ON CONFLICT DO NOTHING;
  DELETE FROM "milepost"."user_progress" AS p USING unnest(categories, items) AS g (in_category, item)
    WHERE p.user_id = from_id AND p.category = g.in_category AND p.item_key = g.item;
  completion_count := (SELECT count(*) FROM unnest(categories) AS g (in_category) WHERE g.in_category <> 'milestone_badge');

  UPDATE "milepost"."user_standings" AS s SET
    visibility = CASE WHEN 'off' IN (gone.visibility, s.visibility) THEN 'off' WHEN 'quiet' IN (gone.visibility, s.visibility) THEN 'quiet' ELSE 'on' END,
    has_undone = s.has_undone OR gone.has_undone,
    sequence = greatest(s.sequence, gone.sequence) + coalesce(cardinality(items), 0) - completion_count
    WHERE s.user_id = into_id;
  UPDATE "milepost"."user_standings" AS s SET points = 0, badge_count = 0, reached_at = NULL, completion_points = 0,
    completion_points_at = NULL, counted_with = 'merged', visibility = 'on', has_undone = false, merged_into = into_id
    WHERE s.user_id = from_id;
  UPDATE "milepost"."user_standings" AS s SET merged_into = into_id WHERE s.merged_into = from_id;

  -- Of a cause that both have, the entries follow each other. The first entry notes the points that "from_id" had: both together may have
  -- less, and a level that was reached can be kept.
  SELECT array_agg(c.source), array_agg(c.period), array_agg(c.category), array_agg(c.item_key) INTO sources, periods, categories, items
    FROM (SELECT DISTINCT l.source, l.period, l.category, l.item_key FROM "milepost"."points_ledger" AS l WHERE l.user_id = from_id) AS c;
  SELECT array_agg(k.source), array_agg(k.period), array_agg(k.category), array_agg(k.item_key), array_agg(k.entries)
    INTO sources, periods, categories, items, counts
    FROM (
      SELECT l.source, l.period, l.category, l.item_key, count(*)::integer AS entries FROM "milepost"."points_ledger" AS l
      JOIN unnest(sources, periods, categories, items) AS c (source, period, in_category, item)
        ON l.source = c.source AND l.period = c.period AND l.category = c.in_category AND l.item_key = c.item
      WHERE l.user_id = into_id GROUP BY l.source, l.period, l.category, l.item_key
    ) AS k;
  INSERT INTO "milepost"."points_ledger"
    (user_id, source, period, category, item_key, entry, points, at, recorded_at, offered, cap, terms, points_before, currency, reason)
    SELECT into_id, l.source, l.period, l.category, l.item_key, l.entry + coalesce(k.entries, 0), l.points, l.at, l.recorded_at,
      l.offered, l.cap, l.terms, CASE row_number() OVER (ORDER BY l.recorded_at, l.source, l.period, l.category, l.item_key, l.entry)
        WHEN 1 THEN nullif(greatest(l.points_before, gone.points), 0) ELSE l.points_before END, l.currency, l.reason
    FROM "milepost"."points_ledger" AS l
    LEFT JOIN unnest(sources, periods, categories, items, counts) AS k (source, period, in_category, item, entries)
      ON l.source = k.source AND l.period = k.period AND l.category = k.in_category AND l.item_key = k.item
    WHERE l.user_id = from_id;
  DELETE FROM "milepost"."points_ledger" AS l WHERE l.user_id = from_id;
  -- Those of "into_id" are counted again, if the rules still have limits.
  FOREACH owner IN ARRAY ARRAY[from_id, into_id] LOOP
    DELETE FROM "milepost"."points_limits" AS l WHERE l.user_id = owner;
  END LOOP;
  DELETE FROM "milepost"."user_period_points" AS p WHERE p.user_id = from_id;
  DELETE FROM "milepost"."user_metrics" AS m WHERE m.user_id = from_id;

  INSERT INTO "milepost"."badge_decisions" (user_id, badge_id, decision, reason, decided_by, decided_at)
    SELECT into_id, d.badge_id, d.decision, d.reason, d.decided_by, d.decided_at FROM "milepost"."badge_decisions" AS d
    WHERE d.user_id = from_id AND (d.decision = 'awarded' OR d.badge_id <> ALL (coalesce(held, '{}'))) ON CONFLICT DO NOTHING;
  DELETE FROM "milepost"."badge_decisions" AS d WHERE d.user_id = from_id;
  INSERT INTO "milepost"."badge_sightings" AS s (user_id, badge_id, seen_at)
    SELECT into_id, f.badge_id, f.seen_at FROM "milepost"."badge_sightings" AS f WHERE f.user_id = from_id
    ON CONFLICT (user_id, badge_id) DO UPDATE SET seen_at = least(s.seen_at, excluded.seen_at);
  DELETE FROM "milepost"."badge_sightings" AS s WHERE s.user_id = from_id;
  INSERT INTO "milepost"."user_attributes" (user_id, name, value)
    SELECT into_id, a.name, a.value FROM "milepost"."user_attributes" AS a WHERE a.user_id = from_id ON CONFLICT DO NOTHING;
  DELETE FROM "milepost"."user_attributes" AS a WHERE a.user_id = from_id;
  INSERT INTO "milepost"."user_time_zones" (user_id, since, zone, day_starts_at)
    SELECT into_id, z.since, z.zone, z.day_starts_at FROM "milepost"."user_time_zones" AS z WHERE z.user_id = from_id ON CONFLICT DO NOTHING;
  DELETE FROM "milepost"."user_time_zones" AS z WHERE z.user_id = from_id;
  UPDATE "milepost"."streak_pauses" AS p SET user_id = into_id WHERE p.user_id = from_id AND NOT EXISTS (
    SELECT FROM "milepost"."streak_pauses" AS q WHERE q.user_id = into_id AND q.from_at = p.from_at AND q.until_at = p.until_at
      AND q.in_days = p.in_days);
  DELETE FROM "milepost"."streak_pauses" AS p WHERE p.user_id = from_id;
  INSERT INTO "milepost"."streak_freezes" AS s (user_id, key, granted_at)
    SELECT into_id, f.key, f.granted_at FROM "milepost"."streak_freezes" AS f WHERE f.user_id = from_id
    ON CONFLICT (user_id, key) DO UPDATE SET granted_at = least(s.granted_at, excluded.granted_at);
  DELETE FROM "milepost"."streak_freezes" AS f WHERE f.user_id = from_id;
  -- In a cluster, entries are numbered by time, so both can have one number.
  SELECT array_agg(a.id), max(a.id) INTO taken, last_id FROM "milepost"."audit_log" AS a WHERE a.user_id = into_id;
  last_id := greatest(last_id, (SELECT max(a.id) FROM "milepost"."audit_log" AS a WHERE a.user_id = from_id));
  INSERT INTO "milepost"."audit_log" (user_id, id, action, reason, done_by, done_at, details) OVERRIDING SYSTEM VALUE
    SELECT into_id, CASE WHEN a.id = ANY (taken) THEN last_id + row_number() OVER (ORDER BY a.id) ELSE a.id END,
      a.action, a.reason, a.done_by, a.done_at, a.details || jsonb_build_object('formerUserId', from_id)
    FROM "milepost"."audit_log" AS a WHERE a.user_id = from_id;
  DELETE FROM "milepost"."audit_log" AS a WHERE a.user_id = from_id;
  SELECT array_agg(c.id) INTO changes FROM "milepost"."followed_changes" AS c WHERE c.user_id = from_id;
  INSERT INTO "milepost"."followed_changes" (user_id, id, follow_id, change, category, item_key, metadata, completed_at, changed_at)
    OVERRIDING SYSTEM VALUE
    SELECT into_id, c.id, c.follow_id, c.change, c.category, c.item_key, c.metadata, c.completed_at, c.changed_at
    FROM "milepost"."followed_changes" AS c WHERE c.user_id = from_id AND c.id = ANY (changes);
  DELETE FROM "milepost"."followed_changes" AS c WHERE c.user_id = from_id AND c.id = ANY (changes);

  IF EXISTS (SELECT FROM "milepost"."user_folds" AS u WHERE u.user_id = from_id) THEN
    INSERT INTO "milepost"."user_folds" (user_id, fold, until, generation, snapshot, folded_at)
      SELECT into_id, u.fold, u.until, u.generation, u.snapshot, u.folded_at FROM "milepost"."user_folds" AS u WHERE u.user_id = from_id;
    DELETE FROM "milepost"."user_folds" AS u WHERE u.user_id = from_id;
    INSERT INTO "milepost"."folded_keys" (user_id, category, first_key, generation, keys)
      SELECT into_id, k.category, k.first_key, k.generation, k.keys FROM "milepost"."folded_keys" AS k WHERE k.user_id = from_id;
    DELETE FROM "milepost"."folded_keys" AS k WHERE k.user_id = from_id;
  END IF;
  RETURN NEXT;
END
$function$;
