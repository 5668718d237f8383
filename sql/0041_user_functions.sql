-- Renames badges of locked users, with their dates, points, decisions and sightings. Each text is a list: a user, a badge id of theirs and
-- its new id, and what becomes of a held badge: "move", or "drop" if the user holds the new one too. It is empty if only a decision names
-- the badge.
CREATE FUNCTION "milepost"."rename_badges_1"(owners text, old_ids text, new_ids text, ways text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  given record;
  decided record;
  seen timestamptz;
BEGIN
  FOR given IN
    SELECT g.owner, g.old_id, g.new_id, g.way FROM unnest(owners::text[], old_ids::text[], new_ids::text[], ways::text[])
      WITH ORDINALITY AS g (owner, old_id, new_id, way, place) ORDER BY g.place
  LOOP
    IF given.way = 'drop' THEN
      DELETE FROM "milepost"."user_progress" AS p
        WHERE p.user_id = given.owner AND p.category = 'milestone_badge' AND p.item_key = given.old_id;
    ELSIF given.way = 'move' THEN
      UPDATE "milepost"."user_progress" AS p SET item_key = given.new_id
        WHERE p.user_id = given.owner AND p.category = 'milestone_badge' AND p.item_key = given.old_id;
      UPDATE "milepost"."points_ledger" AS l SET item_key = given.new_id, entry = l.entry + (
          SELECT count(*) FROM "milepost"."points_ledger" AS n WHERE n.user_id = given.owner AND n.source = l.source
            AND n.period = l.period AND n.category = l.category AND n.item_key = given.new_id
        )::integer
        WHERE l.user_id = given.owner AND l.source = 'badge' AND l.item_key = given.old_id;
    END IF;
    UPDATE "milepost"."user_progress" AS p SET metadata = jsonb_set(p.metadata, '{replaces}', to_jsonb(given.new_id))
      WHERE p.user_id = given.owner AND p.category = 'milestone_badge' AND p.metadata ->> 'replaces' = given.old_id;
    UPDATE "milepost"."user_progress" AS p SET metadata = jsonb_set(p.metadata, '{awardedBy,badgeByHand}', to_jsonb(given.new_id))
      WHERE p.user_id = given.owner AND p.category = 'milestone_badge'
        AND p.metadata #>> '{awardedBy,badgeByHand}' = given.old_id;
  END LOOP;
  -- A decision on the new badge stays, and a held badge was not revoked. So this begins when all badges have their ids.
  FOR given IN
    SELECT g.owner, g.old_id, g.new_id FROM unnest(owners::text[], old_ids::text[], new_ids::text[])
      WITH ORDINALITY AS g (owner, old_id, new_id, place) ORDER BY g.place
  LOOP
    DELETE FROM "milepost"."badge_decisions" AS d WHERE d.user_id = given.owner AND d.badge_id = given.old_id
      RETURNING d.decision, d.reason, d.decided_by, d.decided_at INTO decided;
    IF FOUND AND (decided.decision = 'awarded' OR NOT EXISTS (
      SELECT FROM "milepost"."user_progress" AS p
        WHERE p.user_id = given.owner AND p.category = 'milestone_badge' AND p.item_key = given.new_id
    )) THEN
      INSERT INTO "milepost"."badge_decisions" (user_id, badge_id, decision, reason, decided_by, decided_at)
        VALUES (given.owner, given.new_id, decided.decision, decided.reason, decided.decided_by, decided.decided_at)
        ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM "milepost"."badge_sightings" AS s WHERE s.user_id = given.owner AND s.badge_id = given.old_id
      RETURNING s.seen_at INTO seen;
    IF FOUND THEN
      INSERT INTO "milepost"."badge_sightings" AS s (user_id, badge_id, seen_at) VALUES (given.owner, given.new_id, seen)
        ON CONFLICT (user_id, badge_id) DO UPDATE SET seen_at = least(s.seen_at, excluded.seen_at);
    END IF;
  END LOOP;
END
$function$;
--> statement-breakpoint
-- Everything stored about a user, sorted by time. Instants are milliseconds since 1970, under names that end in "At"; "dayStartsAt" is a
-- time of day.
CREATE FUNCTION "milepost"."export_user_1"(owner text) RETURNS TABLE (kind text, content text)
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN QUERY SELECT r.kind, r.content::text FROM (
    SELECT 'completion' AS kind, p.completed_at AS at, p.category AS name, p.item_key AS detail, 0 AS number, jsonb_build_object(
      'category', p.category, 'itemKey', p.item_key, 'completedAt', round(date_part('epoch', p.completed_at) * 1000),
      'recordedAt', round(date_part('epoch', p.recorded_at) * 1000), 'metadata', p.metadata) AS content
      FROM "milepost"."user_progress" AS p WHERE p.user_id = owner AND p.category <> 'milestone_badge'
    UNION ALL
    SELECT 'badge', p.completed_at, '', p.item_key, 0, jsonb_build_object(
      'id', p.item_key, 'earnedAt', round(date_part('epoch', p.completed_at) * 1000),
      'recordedAt', round(date_part('epoch', p.recorded_at) * 1000), 'metadata', p.metadata)
      FROM "milepost"."user_progress" AS p WHERE p.user_id = owner AND p.category = 'milestone_badge'
    UNION ALL
    SELECT 'standing', NULL::timestamptz, '', '', 0, jsonb_build_object(
      'points', s.points, 'badgeCount', s.badge_count, 'reachedAt', round(date_part('epoch', s.reached_at) * 1000),
      'completionPoints', s.completion_points, 'visibility', s.visibility, 'mergedInto', s.merged_into)
      FROM "milepost"."user_standings" AS s WHERE s.user_id = owner
    UNION ALL
    SELECT 'metric', NULL::timestamptz, m.metric, m.period, 0, jsonb_build_object(
      'metric', m.metric, 'part', m.period, 'value', m.value, 'lastAt', round(date_part('epoch', m.last_at) * 1000), 'state', m.state)
      FROM "milepost"."user_metrics" AS m WHERE m.user_id = owner
    UNION ALL
    SELECT 'gain', l.at, l.category || ' ' || l.item_key, l.source, l.entry, jsonb_build_object(
      'source', l.source, 'category', l.category, 'itemKey', l.item_key, 'points', l.points, 'offered', l.offered, 'terms', l.terms,
      'pointsBefore', l.points_before, 'currency', l.currency, 'reason', l.reason, 'gainedAt', round(date_part('epoch', l.at) * 1000),
      'recordedAt', round(date_part('epoch', l.recorded_at) * 1000))
      FROM "milepost"."points_ledger" AS l WHERE l.user_id = owner
    UNION ALL
    SELECT 'period points', NULL::timestamptz, p.period, '', 0, jsonb_build_object(
      'period', p.period, 'points', p.points, 'reachedAt', round(date_part('epoch', p.reached_at) * 1000))
      FROM "milepost"."user_period_points" AS p WHERE p.user_id = owner
    UNION ALL
    SELECT 'fold', f.until, '', '', 0, jsonb_build_object(
      'untilAt', round(date_part('epoch', f.until) * 1000), 'foldedAt', round(date_part('epoch', f.folded_at) * 1000),
      'snapshot', f.snapshot)
      FROM "milepost"."user_folds" AS f WHERE f.user_id = owner
    UNION ALL
    SELECT 'folded keys', NULL::timestamptz, k.category, encode(k.first_key, 'hex'), 0, jsonb_build_object(
      'category', k.category, 'keys', encode(k.keys, 'hex'))
      FROM "milepost"."folded_keys" AS k WHERE k.user_id = owner
    UNION ALL
    SELECT 'time zone', z.since, '', '', 0, jsonb_build_object(
      'zone', z.zone, 'dayStartsAt', z.day_starts_at, 'sinceAt', round(date_part('epoch', z.since) * 1000))
      FROM "milepost"."user_time_zones" AS z WHERE z.user_id = owner
    UNION ALL
    SELECT 'attribute', NULL::timestamptz, a.name, '', 0, jsonb_build_object(
      'name', a.name, 'value', a.value)
      FROM "milepost"."user_attributes" AS a WHERE a.user_id = owner
    UNION ALL
    SELECT 'pause', p.from_at, '', '', 0, jsonb_build_object(
      'fromAt', round(date_part('epoch', p.from_at) * 1000), 'untilAt', round(date_part('epoch', p.until_at) * 1000), 'inDays', p.in_days,
      'reason', p.reason, 'by', p.paused_by, 'recordedAt', round(date_part('epoch', p.recorded_at) * 1000))
      FROM "milepost"."streak_pauses" AS p WHERE p.user_id = owner
    UNION ALL
    SELECT 'freeze', f.granted_at, f.key, '', 0, jsonb_build_object(
      'key', f.key, 'grantedAt', round(date_part('epoch', f.granted_at) * 1000))
      FROM "milepost"."streak_freezes" AS f WHERE f.user_id = owner
    UNION ALL
    SELECT 'sighting', s.seen_at, s.badge_id, '', 0, jsonb_build_object(
      'badgeId', s.badge_id, 'seenAt', round(date_part('epoch', s.seen_at) * 1000))
      FROM "milepost"."badge_sightings" AS s WHERE s.user_id = owner
    UNION ALL
    SELECT 'decision', d.decided_at, d.badge_id, '', 0, jsonb_build_object(
      'badgeId', d.badge_id, 'decision', d.decision, 'reason', d.reason, 'by', d.decided_by,
      'decidedAt', round(date_part('epoch', d.decided_at) * 1000))
      FROM "milepost"."badge_decisions" AS d WHERE d.user_id = owner
    UNION ALL
    SELECT 'audit', a.done_at, '', '', a.id, jsonb_build_object(
      'action', a.action, 'reason', a.reason, 'by', a.done_by, 'doneAt', round(date_part('epoch', a.done_at) * 1000), 'details', a.details)
      FROM "milepost"."audit_log" AS a WHERE a.user_id = owner
    UNION ALL
    SELECT 'event', o.at, '', '', o.sequence, jsonb_build_object(
      'type', o.type, 'sequence', o.sequence, 'recordedAt', round(date_part('epoch', o.at) * 1000), 'badge', o.data::jsonb)
      FROM "milepost"."outbox" AS o WHERE o.user_id = owner
    UNION ALL
    SELECT 'delivery', d.created_at, d.id, '', 0, jsonb_build_object(
      'type', d.type, 'endpointId', d.endpoint_id, 'status', d.status, 'createdAt', round(date_part('epoch', d.created_at) * 1000),
      'deliveredAt', round(date_part('epoch', d.delivered_at) * 1000), 'body', d.body::jsonb)
      FROM "milepost"."webhook_deliveries" AS d WHERE d.user_id = owner
  ) AS r ORDER BY r.kind, r.at, r.name COLLATE "C", r.detail COLLATE "C", r.number;
END
$function$;
--> statement-breakpoint
-- Deletes the completions of a locked user in some categories from before an instant, unless their times are further "ahead" of when they were
-- stored, and adds the hashes of their keys to the folded ones: all of a category are written again in order, as a new generation, 100 in
-- a row. Returns how many it deleted, by category. Rows that came since the keys were read are among these, so that the caller notices
-- them. The user's snapshot, with the new generation, is written afterwards.
CREATE FUNCTION "milepost"."fold_user_1"(owner text, categories text, before timestamptz, ahead interval)
RETURNS TABLE (category text, deleted_count bigint)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  folded constant text[] := categories::text[];
  last_generation constant bigint := coalesce((SELECT u.generation FROM "milepost"."user_folds" AS u WHERE u.user_id = owner), 0);
BEGIN
  INSERT INTO "milepost"."folded_keys" (user_id, category, first_key, generation, keys)
    SELECT p.user_id, p.category, (array_agg(p.hash ORDER BY p.hash))[1], last_generation + 1, string_agg(p.hash, ''::bytea ORDER BY p.hash)
    FROM (
      SELECT h.user_id, h.category, h.hash, (row_number() OVER (PARTITION BY h.user_id, h.category ORDER BY h.hash) - 1) / 100 AS place
      FROM (
        SELECT c.user_id, c.category, substring(sha256(convert_to(c.item_key, 'UTF8')) FOR 16) AS hash
        FROM "milepost"."user_progress" AS c
        WHERE c.user_id = owner AND c.category = ANY (folded) AND c.completed_at < before
          AND c.completed_at AT TIME ZONE 'UTC' <= c.recorded_at AT TIME ZONE 'UTC' + ahead
        UNION ALL
        SELECT k.user_id, k.category, substring(k.keys FROM i * 16 + 1 FOR 16)
        FROM "milepost"."folded_keys" AS k CROSS JOIN generate_series(0, length(k.keys) / 16 - 1) AS i
        WHERE k.user_id = owner AND k.category IN (
          SELECT c.category FROM "milepost"."user_progress" AS c
          WHERE c.user_id = owner AND c.category = ANY (folded) AND c.completed_at < before
            AND c.completed_at AT TIME ZONE 'UTC' <= c.recorded_at AT TIME ZONE 'UTC' + ahead
        )
      ) AS h
    ) AS p GROUP BY p.user_id, p.category, p.place;
  DELETE FROM "milepost"."folded_keys" AS k WHERE k.user_id = owner AND k.generation <= last_generation AND k.category IN (
    SELECT n.category FROM "milepost"."folded_keys" AS n WHERE n.user_id = owner AND n.generation > last_generation);
  -- In UTC: a cluster deletes by nothing that depends on settings, as adding to an instant does.
  RETURN QUERY WITH gone AS (
    DELETE FROM "milepost"."user_progress" AS c
    WHERE c.user_id = owner AND c.category = ANY (folded) AND c.completed_at < before
      AND c.completed_at AT TIME ZONE 'UTC' <= c.recorded_at AT TIME ZONE 'UTC' + ahead
    RETURNING c.category
  ) SELECT g.category, count(*) FROM gone AS g GROUP BY g.category;
END
$function$;
--> statement-breakpoint
-- Replaces the id of an erased user, by its hash, where the user changed others manually. Folding by a rule, and an apply, that got up to
-- this user begin again.
CREATE FUNCTION "milepost"."replace_actor_1"(actor text, replacement text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  UPDATE "milepost"."badge_decisions" AS d SET decided_by = replacement WHERE d.decided_by = actor;
  UPDATE "milepost"."catalog_versions" AS v SET applied_by = replacement WHERE v.applied_by = actor;
  UPDATE "milepost"."streak_pauses" AS p SET paused_by = replacement WHERE p.paused_by = actor;
  UPDATE "milepost"."catalog_versions" AS v SET resume_after = NULL, user_count = 0 WHERE v.resume_after = actor;
  UPDATE "milepost"."retention_runs" AS r SET resume_after = '' WHERE r.resume_after = actor;
  UPDATE "milepost"."audit_log" AS a SET done_by = replacement WHERE a.done_by = actor;
END
$function$;
