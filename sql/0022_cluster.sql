-- Records completions of one user in one call, where the tables are spread over a cluster: it then runs as a whole on the node that
-- holds the user. Each statement names the user, so that it stays on that node. Lists are text, as in "record_2".
--
-- Returns true if everything was stored. Returns false, with nothing written, if the user needs more than this call does: is new, was
-- counted with another catalog, has an undone or repeated completion, or crosses a target.
CREATE FUNCTION "milepost"."record_user_1"(
  owner text, counting text, catalog_version text, pause_changes text, recorded_ms text,
  row_categories text, row_items text, row_metadata text, row_times text,
  raise_metrics text, raise_amounts text, raise_times text, raise_folds text, raise_targets text, raise_steps text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  categories constant text[] := row_categories;
  items constant text[] := row_items;
  documents constant text[] := row_metadata;
  row_ms constant float8[] := row_times;
  metrics constant text[] := raise_metrics;
  amounts constant numeric[] := raise_amounts;
  raise_ms constant float8[] := raise_times;
  folds constant text[] := raise_folds;
  targets constant text[] := raise_targets;
  steps constant text[] := raise_steps;
  recorded_at constant timestamptz := to_timestamp(recorded_ms::float8 / 1000);
  stored record;
  held record;
  before numeric;
  after numeric;
  written integer;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN false;
  END IF;
  -- Below the server's deadlock_timeout, so that on a deadlock this call yields, never the host's transaction.
  PERFORM set_config('lock_timeout', (extract(epoch FROM current_setting('deadlock_timeout')::interval) * 500)::integer || 'ms', true);
  SELECT s.counted_with, s.has_undone INTO stored FROM "milepost"."user_standings" AS s WHERE s.user_id = owner FOR NO KEY UPDATE;
  IF NOT FOUND OR stored.counted_with <> counting OR stored.has_undone THEN
    RETURN false;
  END IF;
  -- Read after the wait for the lock, so that this sees what was committed meanwhile.
  IF (SELECT coalesce(max(v.version), 0) FROM "milepost"."catalog_versions" AS v) <> catalog_version::bigint THEN
    RETURN false;
  END IF;
  IF pause_changes <> '' AND
    (SELECT count(*) + count(p.deleted_at) FROM "milepost"."streak_pauses" AS p WHERE p.user_id = '') <> pause_changes::bigint
  THEN
    RETURN false;
  END IF;
  FOR i IN 1 .. cardinality(metrics) LOOP
    SELECT m.value INTO held FROM "milepost"."user_metrics" AS m WHERE m.user_id = owner AND m.period = '' AND m.metric = metrics[i];
    before := CASE WHEN FOUND THEN held.value WHEN folds[i] = 'minimum' THEN '-Infinity'::numeric ELSE 0 END;
    after := CASE WHEN folds[i] IN ('maximum', 'minimum') THEN greatest(before, amounts[i]) ELSE before + amounts[i] END;
    IF width_bucket(before, targets[i]::numeric[]) <> width_bucket(after, targets[i]::numeric[])
      OR EXISTS (SELECT FROM unnest(steps[i]::numeric[]) AS step WHERE floor(before / step) <> floor(after / step))
    THEN
      RETURN false;
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(items) LOOP
    PERFORM FROM "milepost"."user_progress" AS p WHERE p.user_id = owner AND p.category = categories[i] AND p.item_key = items[i];
    IF FOUND THEN
      RETURN false;
    END IF;
  END LOOP;

  FOR i IN 1 .. cardinality(items) LOOP
    INSERT INTO "milepost"."user_progress" (user_id, category, item_key, metadata, completed_at, recorded_at)
      VALUES (owner, categories[i], items[i], documents[i]::jsonb, to_timestamp(row_ms[i] / 1000), recorded_at)
      ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
      -- Another transaction stored it after the look above. As a lock that was not available, the call is then tried again.
      RAISE EXCEPTION 'user_progress: a completion was stored meanwhile' USING ERRCODE = '55P03';
    END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(metrics) LOOP
    INSERT INTO "milepost"."user_metrics" AS m (user_id, metric, value, previous, last_at, fold)
      VALUES (owner, metrics[i], amounts[i], CASE WHEN folds[i] = 'minimum' THEN '-Infinity'::numeric ELSE 0 END,
        to_timestamp(raise_ms[i] / 1000), folds[i])
      ON CONFLICT (user_id, metric, period) DO UPDATE SET
        previous = m.value,
        previous_at = m.last_at,
        value = CASE WHEN excluded.fold IN ('maximum', 'minimum') THEN greatest(m.value, excluded.value)
          ELSE m.value + excluded.value END,
        last_at = greatest(m.last_at, excluded.last_at);
  END LOOP;
  RETURN true;
END
$function$;
--> statement-breakpoint
-- In a cluster, the place of an event in the feed is given later, batch by batch. "placed_batch" was given to "placed_count" events, and
-- may be read as soon as it is "settled_batch": when all of them are seen on their nodes.
ALTER TABLE "milepost"."outbox_readers"
  ADD COLUMN "placed_batch" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "placed_count" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "settled_batch" bigint NOT NULL DEFAULT 0;
--> statement-breakpoint
ALTER TABLE "milepost"."outbox" ALTER COLUMN "position" SET GENERATED BY DEFAULT;
