-- A user's own start of days, since the same instant as the zone. Null in either: as for users who set nothing.
ALTER TABLE "milepost"."user_time_zones"
  ADD COLUMN "day_starts_at" text,
  ALTER COLUMN "zone" DROP NOT NULL;
