-- How often users changed their own time zone, by their tokens, on the latest UTC day on which they did.
ALTER TABLE "milepost"."user_standings"
  ADD COLUMN "zone_change_day" date,
  ADD COLUMN "zone_change_count" integer NOT NULL DEFAULT 0;
