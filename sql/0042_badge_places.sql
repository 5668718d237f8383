-- How many users hold a badge that has a limit, by the id of the badge. Who awards such a badge locks its row, so that no two take the last
-- place. Whoever takes badges away or brings them from elsewhere counts the holders again, under the same lock. "taken" is null while a
-- catalog that adds the limit is applied: until then nobody gets the badge.
CREATE TABLE "milepost"."badge_places" (
  "badge_id" text NOT NULL,
  "taken" bigint,
  CONSTRAINT "badge_places_one_row" PRIMARY KEY ("badge_id")
);
--> statement-breakpoint
-- How many users hold a badge by its id or one of its former ids.
CREATE FUNCTION "milepost"."badge_holders_1"(badge_ids text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  RETURN (
    SELECT count(DISTINCT p.user_id) FROM "milepost"."user_progress" AS p
    WHERE p.category = 'milestone_badge' AND p.item_key = ANY (badge_ids::text[])
  );
END
$function$;
--> statement-breakpoint
-- Locks the counter of a badge and counts its holders. "way": "recount" leaves a counter of which nobody takes a place as it is, "open" counts
-- it as well, and "close" lets nobody take a place.
CREATE FUNCTION "milepost"."count_places_1"(badge text, badge_ids text, way text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  holders bigint;
BEGIN
  IF way = 'recount' THEN
    INSERT INTO "milepost"."badge_places" AS b (badge_id, taken) VALUES (badge, 0)
      ON CONFLICT (badge_id) DO UPDATE SET taken = b.taken;
  ELSE
    INSERT INTO "milepost"."badge_places" AS b (badge_id, taken) VALUES (badge, 0)
      ON CONFLICT (badge_id) DO UPDATE SET taken = 0;
  END IF;
  IF way <> 'close' THEN holders := "milepost"."badge_holders_1"(badge_ids); END IF;
  UPDATE "milepost"."badge_places" AS b SET taken = holders WHERE b.badge_id = badge AND b.taken IS NOT NULL;
  RETURN NULL;
END
$function$;
--> statement-breakpoint
-- Locks the counter of a badge if it has free places, and returns how many. Who finds it full does not wait for those who take the last
-- places. A counter that is new is counted.
CREATE FUNCTION "milepost"."free_places_1"(badge text, badge_ids text, most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  free bigint;
BEGIN
  LOOP
    SELECT most - b.taken INTO free FROM "milepost"."badge_places" AS b
      WHERE b.badge_id = badge AND b.taken < most FOR NO KEY UPDATE;
    IF FOUND THEN RETURN free; END IF;
    IF EXISTS (SELECT FROM "milepost"."badge_places" AS b WHERE b.badge_id = badge) THEN RETURN 0; END IF;
    PERFORM "milepost"."count_places_1"(badge, badge_ids, 'recount');
  END LOOP;
END
$function$;
