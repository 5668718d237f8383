-- The tables of the host that are followed. The trigger on a table calls the function "follow_" and this id.
CREATE TABLE "milepost"."follows" (
  "id" integer NOT NULL,
  "table_name" text NOT NULL,
  "mapping" jsonb NOT NULL,
  "imported_after" text,
  "imported_at" timestamptz,
  "followed_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "follows_one_each" PRIMARY KEY ("id")
);
--> statement-breakpoint
-- What triggers did that is not counted yet, in order of the id. Nothing here is unique, so that no host waits for another.
CREATE TABLE "milepost"."followed_changes" (
  "user_id" text NOT NULL,
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "follow_id" integer NOT NULL,
  "change" text NOT NULL,
  "category" text NOT NULL,
  "item_key" text NOT NULL,
  "metadata" jsonb,
  "completed_at" timestamptz,
  "changed_at" timestamptz NOT NULL,
  CONSTRAINT "followed_changes_in_order" PRIMARY KEY ("user_id", "id"),
  CONSTRAINT "followed_changes_known" CHECK ("change" IN ('brought', 'deleted', 'inserted-again'))
);
--> statement-breakpoint
-- Rows that triggers could not bring, one entry per statement and problem. Without their ids, which may be a user's.
CREATE TABLE "milepost"."follow_refusals" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "follow_id" integer NOT NULL,
  "problem" text NOT NULL,
  "row_count" bigint NOT NULL,
  "refused_at" timestamptz NOT NULL,
  CONSTRAINT "follow_refusals_one_each" PRIMARY KEY ("id")
);
--> statement-breakpoint
-- Reads metadata of a row: JSON, JSON as a string in JSON, or nothing. Returns a JSON string if it is none of these.
CREATE FUNCTION "milepost"."follow_metadata"(given text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  document jsonb;
BEGIN
  IF given IS NULL OR btrim(given, E' \t\r\n') = '' THEN
    RETURN '{}';
  END IF;
  BEGIN
    document := given::jsonb;
  EXCEPTION WHEN OTHERS THEN
    RETURN '"unreadable"';
  END;
  IF jsonb_typeof(document) = 'null' THEN
    RETURN '{}';
  END IF;
  IF jsonb_typeof(document) = 'string' AND left(document #>> '{}', 1) = '{' THEN
    BEGIN
      RETURN (document #>> '{}')::jsonb;
    EXCEPTION WHEN OTHERS THEN
      RETURN '"unreadable"';
    END;
  END IF;
  RETURN document;
END
$function$;
--> statement-breakpoint
-- Says what is wrong with an id by the rules of "record", or null.
CREATE FUNCTION "milepost"."follow_id_problem"(field text, given text, byte_limit integer) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
  SELECT CASE
    WHEN given IS NULL THEN field || ' is null'
    WHEN given = '' THEN field || ' is empty'
    WHEN octet_length(given) > byte_limit THEN field || ' is over ' || byte_limit || ' bytes'
    WHEN given IN ('.', '..') THEN field || ' is "' || given || '", which cannot be part of a web address'
    WHEN ascii(given) = 65279 THEN field || ' begins with a byte order mark'
  END
$function$;
--> statement-breakpoint
-- Says why a row cannot become a completion, by the rules of "record", or null. "left out": a badge, which is not followed.
CREATE FUNCTION "milepost"."follow_problem"(
  user_id text, category text, item_key text, completed_at timestamptz, metadata jsonb, with_badges boolean
) RETURNS text
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_variable
DECLARE
  problem text;
BEGIN
  IF category = 'milestone_badge' AND NOT with_badges THEN
    RETURN 'left out';
  END IF;
  problem := coalesce(
    "milepost"."follow_id_problem"('userId', user_id, 255),
    "milepost"."follow_id_problem"('category', category, 100),
    "milepost"."follow_id_problem"('itemKey', item_key, 512)
  );
  IF problem IS NOT NULL THEN
    RETURN problem;
  END IF;
  IF completed_at IS NULL THEN
    RETURN 'completedAt is missing';
  END IF;
  IF completed_at < '0001-01-01 00:00:00+00' THEN
    RETURN 'completedAt is before the year 1';
  END IF;
  IF completed_at > clock_timestamp() + interval '5 minutes' THEN
    RETURN 'completedAt is more than 5 minutes in the future';
  END IF;
  IF jsonb_typeof(metadata) <> 'object' THEN
    RETURN 'metadata is not a JSON object';
  END IF;
  -- Shorter metadata cannot be too deep or have too many keys.
  IF length(metadata::text) > 32 THEN
    IF octet_length(metadata::text) > 65536 THEN
      RETURN 'metadata is over 65536 bytes';
    END IF;
    IF jsonb_path_exists(metadata, 'strict $.**{16 to last} ? (@.type() == "object" || @.type() == "array")') THEN
      RETURN 'metadata is nested deeper than 16 levels';
    END IF;
    IF length(metadata::text) > 4000 AND (
      SELECT count(*) FROM jsonb_path_query(metadata, 'strict $.** ? (@.type() == "object")') AS inner_object, jsonb_object_keys(inner_object)
    ) > 1000 THEN
      RETURN 'metadata has over 1000 keys';
    END IF;
  END IF;
  IF EXISTS (SELECT FROM "milepost"."erasure_keys") AND EXISTS (
    SELECT FROM "milepost"."erased_users" AS e CROSS JOIN "milepost"."erasure_keys" AS k
    WHERE e.user_hash = encode(sha256(decode(k.outer_pad, 'hex') || sha256(decode(k.inner_pad, 'hex')
      || convert_to(user_id, 'UTF8'))), 'hex')
  ) THEN
    RETURN 'userId was erased';
  END IF;
  RETURN NULL;
END
$function$;
--> statement-breakpoint
-- Notes rows that were not brought. Never fails, since the host's own write would fail with it.
CREATE FUNCTION "milepost"."follow_refuse"(follow integer, problem text, row_count bigint) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  INSERT INTO "milepost"."follow_refusals" (follow_id, problem, row_count, refused_at)
    VALUES (follow, problem, row_count, clock_timestamp());
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'milepost: % rows were not brought: %', row_count, problem;
END
$function$;
--> statement-breakpoint
-- Brings one row. Never fails.
CREATE FUNCTION "milepost"."follow_row"(
  follow integer, user_id text, category text, item_key text, completed_at timestamptz, metadata jsonb,
  with_badges boolean, with_deletes boolean
) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
#variable_conflict use_column
DECLARE
  problem text;
  brought_at constant timestamptz := clock_timestamp();
  document constant jsonb := CASE WHEN $3 = 'milestone_badge' THEN $6 - 'awardedBy' ELSE $6 END;
  dated_at constant timestamptz := least(date_trunc('milliseconds', $5), brought_at);
BEGIN
  problem := "milepost"."follow_problem"($2, $3, $4, $5, $6, with_badges);
  IF problem = 'left out' THEN
    RETURN;
  END IF;
  IF problem IS NOT NULL THEN
    PERFORM "milepost"."follow_refuse"(follow, problem, 1);
    RETURN;
  END IF;
  INSERT INTO "milepost"."user_progress" (user_id, category, item_key, metadata, completed_at, recorded_at)
    VALUES ($2, $3, $4, document, dated_at, brought_at) ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO "milepost"."followed_changes" (user_id, follow_id, change, category, item_key, changed_at)
      VALUES ($2, follow, 'brought', $3, $4, brought_at);
  ELSIF with_deletes AND EXISTS (
    SELECT FROM "milepost"."followed_changes" AS c
    WHERE c.user_id = $2 AND c.category = $3 AND c.item_key = $4 AND c.change = 'deleted'
  ) THEN
    INSERT INTO "milepost"."followed_changes" (user_id, follow_id, change, category, item_key, metadata, completed_at, changed_at)
      VALUES ($2, follow, 'inserted-again', $3, $4, document, dated_at, brought_at);
  END IF;
EXCEPTION
  -- Above READ COMMITTED: another transaction has stored this key meanwhile.
  WHEN serialization_failure THEN
    NULL;
  WHEN OTHERS THEN
    PERFORM "milepost"."follow_refuse"(follow, 'was not brought: ' || SQLERRM || ' (' || SQLSTATE || ')', 1);
END
$function$;
