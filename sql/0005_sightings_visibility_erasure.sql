-- Which badges have been celebrated. Kept when a badge goes: one that comes back is not celebrated twice.
CREATE TABLE "milepost"."badge_sightings" (
  "user_id" text NOT NULL,
  "badge_id" text NOT NULL,
  "seen_at" timestamptz NOT NULL,
  CONSTRAINT "badge_sightings_once" PRIMARY KEY ("user_id", "badge_id")
);
--> statement-breakpoint
ALTER TABLE "milepost"."user_standings"
  ADD COLUMN "visibility" text NOT NULL DEFAULT 'on',
  ADD CONSTRAINT "user_standings_visibility_known" CHECK ("visibility" IN ('on', 'quiet', 'off'));
--> statement-breakpoint
DROP INDEX "milepost"."user_standings_by_points";
--> statement-breakpoint
-- getLeaderboard: pages in its order, and counts who has more points
CREATE INDEX "user_standings_by_points" ON "milepost"."user_standings" ("points" DESC, "reached_at", "user_id" COLLATE "C")
  WHERE "points" > 0 AND "visibility" <> 'off';
--> statement-breakpoint
-- getLeaderboard of a week or month: leaves these out
CREATE INDEX "user_standings_off" ON "milepost"."user_standings" ("user_id") WHERE "visibility" = 'off';
--> statement-breakpoint
-- One row, made with the first erasure: a random key of 64 bytes (one block of SHA-256), and what HMAC (RFC 2104) makes of it.
CREATE TABLE "milepost"."erasure_keys" (
  "id" integer NOT NULL DEFAULT 1,
  "key" text NOT NULL,
  "inner_pad" text NOT NULL,
  "outer_pad" text NOT NULL,
  CONSTRAINT "erasure_keys_one_row" PRIMARY KEY ("id"),
  CONSTRAINT "erasure_keys_only_one" CHECK ("id" = 1)
);
--> statement-breakpoint
CREATE TABLE "milepost"."erased_users" (
  "user_hash" text NOT NULL,
  "erased_at" timestamptz NOT NULL,
  CONSTRAINT "erased_users_once" PRIMARY KEY ("user_hash")
);
--> statement-breakpoint
-- eraseUser: finds what the user did to others
CREATE INDEX "audit_log_by_doer" ON "milepost"."audit_log" ("done_by") WHERE "done_by" IS NOT NULL;
--> statement-breakpoint
-- eraseUser: finds what the user decided of others
CREATE INDEX "badge_decisions_by_decider" ON "milepost"."badge_decisions" ("decided_by") WHERE "decided_by" IS NOT NULL;
