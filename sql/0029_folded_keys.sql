-- The numbers in the names of functions are their versions: a later version of the app brings functions of its own.
--
-- Tells whether a completion of this user was folded.
CREATE FUNCTION "milepost"."is_folded_1"(owner text, completed_in text, item text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  hash constant bytea := substring(sha256(convert_to(item, 'UTF8')) for 16);
BEGIN
  -- Of all rows of keys, only the last that does not begin after this key can contain it. A key begins at every 16th byte.
  RETURN coalesce((
    SELECT position(hash IN k.keys) % 16 = 1 FROM "milepost"."folded_keys" AS k
    WHERE k.user_id = owner AND k.category = completed_in AND k.first_key <= hash ORDER BY k.first_key DESC LIMIT 1
  ), false);
END
$function$;
--> statement-breakpoint
-- Says what happened to a completion before: up to which line the user was folded, or null, and whether the completion was folded or
-- undone. Each statement names the user, so that a cluster can run it.
CREATE FUNCTION "milepost"."settled_1"(
  owner text, completed_in text, item text, OUT until timestamptz, OUT is_folded boolean, OUT is_undone boolean
)
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  until := (SELECT u.until FROM "milepost"."user_folds" AS u WHERE u.user_id = owner);
  is_folded := until IS NOT NULL AND "milepost"."is_folded_1"(owner, completed_in, item);
  is_undone := EXISTS (
    SELECT FROM "milepost"."audit_log" AS a WHERE a.user_id = owner AND a.action = 'undo'
      AND a.details ->> 'category' = completed_in AND a.details ->> 'itemKey' = item
  );
END
$function$;
