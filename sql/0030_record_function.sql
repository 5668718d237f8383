-- Stores completions and raises the metrics that count them, in one call. The number in the name is its version: a later version of the
-- app brings a function of its own, and both run side by side. Lists are text, which every driver sends in the same way. "row_users",
-- "raise_users" and "raise_goals" are positions in the lists of users and goals, so that long ids and names are sent once.
--
-- "way": "joined" stores everything, in a transaction of the caller. The other two are transactions of their own, in which nobody may
-- need more than this call does. Who does is left as if not given: "apart" leaves these users alone, "whole" then leaves all.
--
-- Returns null if nothing was written, otherwise JSON. "raised": whether the metrics were raised. "users": those who were left or, if
-- joined, crossed a target. "stored": the keys that were stored (ids, categories, items), or null if all were.
--
-- As "record_2", but also for users who were folded, or of whom completions were undone. They need more than this call does only if
-- that concerns one of the given completions.
CREATE FUNCTION "milepost"."record_3"(
  way text, counting text, catalog_version text, pause_changes text, recorded_ms text, users text,
  row_users text, row_categories text, row_items text, row_metadata text, row_times text,
  raise_users text, raise_goals text, raise_amounts text, raise_times text,
  goal_metrics text, goal_folds text, goal_targets text, goal_steps text
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $function$
DECLARE
  is_joined constant boolean := way = 'joined';
  user_ids constant text[] := users;
  row_owners constant integer[] := row_users;
  categories constant text[] := row_categories;
  items constant text[] := row_items;
  documents constant text[] := row_metadata;
  row_ms constant float8[] := row_times;
  raise_owners constant integer[] := raise_users;
  raised_goals constant integer[] := raise_goals;
  amounts constant numeric[] := raise_amounts;
  raise_ms constant float8[] := raise_times;
  metric_names constant text[] := goal_metrics;
  folds constant text[] := goal_folds;
  lock_wait_ms text := current_setting('milepost.lock_wait_ms', true);
  left_ids text[] := '{}';
  new_ids text[];
  new_categories text[];
  new_items text[];
  current_ids text[];
  suspected_ids text[] := '{}';
  crossed_ids text[] := '{}';
  undone_ids text[];
  raised_count integer;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN NULL;
  END IF;
  IF NOT is_joined THEN
    -- Most users who are left are new ones, so it pays to look before anything is written.
    SELECT coalesce(array_agg(s.user_id), '{}') INTO current_ids FROM "milepost"."user_standings" AS s
      WHERE s.user_id = ANY (user_ids) AND s.counted_with = counting;
    IF cardinality(current_ids) < cardinality(user_ids) THEN
      IF way = 'whole' OR current_ids = '{}' THEN
        RETURN NULL;
      END IF;
      SELECT array_agg(given.user_id) INTO left_ids FROM unnest(user_ids) AS given (user_id)
        WHERE given.user_id <> ALL (current_ids);
    END IF;
    -- Below the server's deadlock_timeout, so that on a deadlock this call yields, never the host's transaction.
    lock_wait_ms := (extract(epoch FROM current_setting('deadlock_timeout')::interval) * 500)::integer;
    PERFORM set_config('lock_timeout', lock_wait_ms || 'ms', true);
  END IF;

  WITH inserted AS (
    INSERT INTO "milepost"."user_progress" (user_id, category, item_key, metadata, completed_at, recorded_at)
    SELECT user_ids[row_owners[i]], categories[i], items[i], documents[i]::jsonb, to_timestamp(row_ms[i] / 1000),
      to_timestamp(recorded_ms::float8 / 1000)
    FROM generate_subscripts(row_owners, 1) AS i
    WHERE left_ids = '{}' OR user_ids[row_owners[i]] <> ALL (left_ids)
    ORDER BY user_ids[row_owners[i]] COLLATE "C", categories[i] COLLATE "C", items[i] COLLATE "C"
    ON CONFLICT DO NOTHING
    RETURNING user_id, category, item_key
  )
  SELECT coalesce(array_agg(i.user_id), '{}'), array_agg(i.category), array_agg(i.item_key)
    INTO new_ids, new_categories, new_items FROM inserted AS i;
  IF cardinality(new_ids) < cardinality(row_owners) THEN
    IF is_joined THEN
      RETURN json_build_object('raised', false, 'users', '{}'::text[], 'stored',
        json_build_array(new_ids, coalesce(new_categories, '{}'), coalesce(new_items, '{}')));
    END IF;
    SELECT array_agg(DISTINCT given.user_id) INTO left_ids FROM (
      SELECT user_ids[owner] FROM unnest(row_owners) AS owner EXCEPT ALL SELECT unnest(new_ids)
    ) AS given (user_id);
  END IF;
  -- In a transaction of our own: a host that waits for the rows above must not give up before we do.
  IF lock_wait_ms <> '' AND clock_timestamp() > now() + '50 ms'::interval THEN
    PERFORM set_config('lock_timeout',
      greatest(1, lock_wait_ms::numeric - extract(epoch FROM clock_timestamp() - now()) * 1000)::integer || 'ms', true);
  END IF;

  -- Locks all or none if joined, because the caller then inserts the users who are missing.
  SELECT coalesce(array_agg(l.user_id) FILTER (WHERE l.counted_with = counting), '{}'),
    coalesce(array_agg(l.user_id) FILTER (WHERE l.has_undone), '{}') INTO current_ids, suspected_ids
  FROM (
    SELECT s.user_id, s.counted_with, s.has_undone FROM "milepost"."user_standings" AS s
    WHERE s.user_id = ANY (user_ids) AND s.user_id <> ALL (left_ids) AND (NOT is_joined OR cardinality(user_ids) =
      (SELECT count(*) FROM "milepost"."user_standings" AS every WHERE every.user_id = ANY (user_ids)))
    ORDER BY s.user_id COLLATE "C" FOR NO KEY UPDATE
  ) AS l;
  -- Read after the wait for the locks, so that this sees what was committed meanwhile.
  IF (SELECT coalesce(max(version), 0) FROM "milepost"."catalog_versions") <> catalog_version::bigint OR pause_changes <> '' AND
    (SELECT count(*) + count(deleted_at) FROM "milepost"."streak_pauses" WHERE user_id = '') <> pause_changes::bigint
  THEN
    current_ids := '{}';
  END IF;
  IF suspected_ids <> '{}' THEN
    -- As "settled_1" says, for all rows together.
    WITH suspect AS MATERIALIZED (
      SELECT u.user_id, r.category, r.item, to_timestamp(r.ms / 1000) AS completed_at,
        substring(sha256(convert_to(r.item, 'UTF8')) for 16) AS hash
      FROM unnest(suspected_ids) AS s (user_id) JOIN unnest(user_ids) WITH ORDINALITY AS u (user_id, place) USING (user_id)
        JOIN unnest(row_owners, categories, items, row_ms) AS r (owner, category, item, ms) ON r.owner = u.place
    ), settled AS (
      SELECT s.user_id FROM suspect AS s JOIN "milepost"."user_folds" AS u ON u.user_id = s.user_id
      WHERE s.completed_at < u.until OR (
        SELECT position(s.hash IN k.keys) % 16 = 1 FROM "milepost"."folded_keys" AS k
        WHERE k.user_id = s.user_id AND k.category = s.category AND k.first_key <= s.hash ORDER BY k.first_key DESC LIMIT 1
      )
      UNION ALL
      SELECT s.user_id FROM suspect AS s JOIN "milepost"."audit_log" AS a ON a.user_id = s.user_id
      WHERE a.action = 'undo' AND a.details ->> 'category' = s.category AND a.details ->> 'itemKey' = s.item
    )
    SELECT coalesce(array_agg(c.user_id), '{}') INTO current_ids
      FROM unnest(current_ids) AS c (user_id) WHERE c.user_id NOT IN (SELECT s.user_id FROM settled AS s);
  END IF;
  IF cardinality(current_ids) < cardinality(user_ids) THEN
    IF is_joined THEN
      RETURN '{"raised":false,"users":[],"stored":null}';
    END IF;
    SELECT array_agg(given.user_id) INTO left_ids FROM unnest(user_ids) AS given (user_id)
      WHERE given.user_id <> ALL (current_ids);
  END IF;

  IF left_ids = '{}' OR way = 'apart' THEN
    WITH goals AS MATERIALIZED (
      SELECT metric, targets::numeric[] AS targets, steps::numeric[] AS steps
      FROM unnest(metric_names, goal_targets::text[], goal_steps::text[]) AS given (metric, targets, steps)
    ), raised AS (
      INSERT INTO "milepost"."user_metrics" AS m (user_id, metric, value, previous, last_at, fold)
      SELECT user_ids[raise_owners[i]], metric_names[raised_goals[i]], amounts[i],
        CASE WHEN folds[raised_goals[i]] = 'minimum' THEN '-Infinity'::numeric ELSE 0 END, to_timestamp(raise_ms[i] / 1000),
        folds[raised_goals[i]]
      FROM generate_subscripts(raise_owners, 1) AS i
      WHERE left_ids = '{}' OR user_ids[raise_owners[i]] <> ALL (left_ids)
      ORDER BY user_ids[raise_owners[i]] COLLATE "C", metric_names[raised_goals[i]] COLLATE "C"
      ON CONFLICT (user_id, metric, period) DO UPDATE SET
        previous = m.value,
        previous_at = m.last_at,
        value = CASE WHEN excluded.fold IN ('maximum', 'minimum') THEN greatest(m.value, excluded.value)
          ELSE m.value + excluded.value END,
        last_at = greatest(m.last_at, excluded.last_at)
      RETURNING user_id, metric, previous, value
    )
    SELECT count(*), coalesce(array_agg(r.user_id) FILTER (WHERE
        width_bucket(r.previous, g.targets) <> width_bucket(r.value, g.targets)
        OR g.steps <> '{}' AND EXISTS (SELECT FROM unnest(g.steps) AS step WHERE floor(r.previous / step) <> floor(r.value / step))), '{}')
      INTO raised_count, crossed_ids FROM raised AS r JOIN goals AS g USING (metric);
    IF raised_count <> (SELECT count(*) FROM unnest(raise_owners) AS owner WHERE user_ids[owner] <> ALL (left_ids)) THEN
      RAISE EXCEPTION 'user_metrics: % rows were written', raised_count;
    END IF;
  END IF;
  IF is_joined THEN
    RETURN json_build_object('raised', true, 'users', crossed_ids, 'stored', NULL);
  END IF;

  -- Takes back what was stored of users who are left. In "whole", metrics were raised only if nobody was left until then.
  IF crossed_ids <> '{}' THEN
    undone_ids := CASE WHEN way = 'whole' THEN user_ids ELSE crossed_ids END;
    DELETE FROM "milepost"."user_metrics" AS m USING unnest(raise_owners, raised_goals) AS given (owner, goal)
      WHERE m.user_id = user_ids[given.owner] AND m.metric = metric_names[given.goal] AND m.period = '' AND m.previous_at IS NULL
        AND m.user_id = ANY (undone_ids);
    UPDATE "milepost"."user_metrics" AS m SET value = m.previous, last_at = m.previous_at
      FROM unnest(raise_owners, raised_goals) AS given (owner, goal)
      WHERE m.user_id = user_ids[given.owner] AND m.metric = metric_names[given.goal] AND m.period = '' AND m.user_id = ANY (undone_ids);
    left_ids := left_ids || undone_ids;
  END IF;
  IF left_ids <> '{}' THEN
    left_ids := CASE WHEN way = 'whole' THEN user_ids ELSE left_ids END;
    DELETE FROM "milepost"."user_progress" AS p
      USING unnest(new_ids, new_categories, new_items) AS given (user_id, category, item_key)
      WHERE p.user_id = given.user_id AND p.category = given.category AND p.item_key = given.item_key
        AND p.user_id = ANY (left_ids);
  END IF;
  RETURN json_build_object('raised', true, 'users', left_ids, 'stored', NULL);
END
$function$;
