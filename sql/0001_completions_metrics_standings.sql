CREATE TABLE "milepost"."user_progress" (
  "user_id" text NOT NULL,
  "category" text NOT NULL,
  "item_key" text NOT NULL,
  "metadata" jsonb NOT NULL DEFAULT '{}'::jsonb,
  "completed_at" timestamptz NOT NULL DEFAULT now(),
  "recorded_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "user_progress_once" PRIMARY KEY ("user_id", "category", "item_key")
);
--> statement-breakpoint
CREATE TABLE "milepost"."user_metrics" (
  "user_id" text NOT NULL,
  "metric" text NOT NULL,
  "period" text NOT NULL DEFAULT '',
  "value" numeric NOT NULL,
  "previous" numeric NOT NULL,
  "last_at" timestamptz NOT NULL,
  "previous_at" timestamptz,
  "state" jsonb,
  CONSTRAINT "user_metrics_one_value" PRIMARY KEY ("user_id", "metric", "period")
) WITH (fillfactor = 60);
--> statement-breakpoint
CREATE TABLE "milepost"."user_standings" (
  "user_id" text NOT NULL,
  "points" bigint NOT NULL DEFAULT 0,
  "badge_count" integer NOT NULL DEFAULT 0,
  "reached_at" timestamptz,
  "sequence" bigint NOT NULL DEFAULT 0,
  "counted_with" text NOT NULL,
  CONSTRAINT "user_standings_one_row" PRIMARY KEY ("user_id")
) WITH (fillfactor = 90);
--> statement-breakpoint
-- getLeaderboard: pages in its order, and counts who has more points
CREATE INDEX "user_standings_by_points" ON "milepost"."user_standings" ("points" DESC, "reached_at", "user_id" COLLATE "C")
  WHERE "points" > 0;
