-- All of a user's metrics but their periods and distinct values lie side by side: reads need no more.
ALTER TABLE "milepost"."user_metrics" DROP CONSTRAINT "user_metrics_one_value";
--> statement-breakpoint
ALTER TABLE "milepost"."user_metrics" ADD CONSTRAINT "user_metrics_one_value" PRIMARY KEY ("user_id", "period", "metric");
--> statement-breakpoint
ALTER TABLE "milepost"."user_standings"
  ADD COLUMN "completion_points" bigint NOT NULL DEFAULT 0,
  ADD COLUMN "completion_points_at" timestamptz;
--> statement-breakpoint
CREATE TABLE "milepost"."user_time_zones" (
  "user_id" text NOT NULL,
  "since" timestamptz NOT NULL,
  "zone" text NOT NULL,
  CONSTRAINT "user_time_zones_one_at_a_time" PRIMARY KEY ("user_id", "since")
);
--> statement-breakpoint
-- An empty user_id stands for everybody.
CREATE TABLE "milepost"."streak_pauses" (
  "user_id" text NOT NULL,
  "from_at" timestamptz NOT NULL,
  "until_at" timestamptz NOT NULL,
  "reason" text NOT NULL,
  "recorded_at" timestamptz NOT NULL,
  CONSTRAINT "streak_pauses_once" PRIMARY KEY ("user_id", "from_at", "until_at"),
  CONSTRAINT "streak_pauses_not_empty" CHECK ("from_at" < "until_at")
);
--> statement-breakpoint
-- Only ever added to: a gain, its undoing and its return are entries 0, 1, 2 of one cause.
CREATE TABLE "milepost"."points_ledger" (
  "user_id" text NOT NULL,
  "source" text NOT NULL,
  "period" text NOT NULL,
  "category" text NOT NULL,
  "item_key" text NOT NULL,
  "entry" integer NOT NULL,
  "points" bigint NOT NULL,
  "at" timestamptz NOT NULL,
  "recorded_at" timestamptz NOT NULL,
  CONSTRAINT "points_ledger_once" PRIMARY KEY ("user_id", "source", "period", "category", "item_key", "entry")
);
--> statement-breakpoint
CREATE TABLE "milepost"."user_period_points" (
  "user_id" text NOT NULL,
  "period" text NOT NULL,
  "points" bigint NOT NULL,
  "reached_at" timestamptz,
  CONSTRAINT "user_period_points_one_row" PRIMARY KEY ("user_id", "period")
) WITH (fillfactor = 90);
--> statement-breakpoint
-- getLeaderboard of a week or month: pages in its order, and counts who has more points
CREATE INDEX "user_period_points_by_points" ON "milepost"."user_period_points"
  ("period", "points" DESC, "reached_at", "user_id" COLLATE "C") WHERE "points" > 0;
--> statement-breakpoint
-- Badges awarded so far
INSERT INTO "milepost"."points_ledger" ("user_id", "source", "period", "category", "item_key", "entry", "points", "at", "recorded_at")
SELECT "user_id", 'badge', '', "category", "item_key", 0, "points"::bigint, "completed_at", "recorded_at"
FROM (
  SELECT *, CASE WHEN jsonb_typeof("metadata" -> 'points') = 'number' THEN ("metadata" ->> 'points')::numeric ELSE 0 END AS "points"
  FROM "milepost"."user_progress" WHERE "category" = 'milestone_badge'
) AS "badges"
WHERE "points" > 0 AND "points" <= 1000000000 AND "points" % 1 = 0;
--> statement-breakpoint
INSERT INTO "milepost"."user_period_points" ("user_id", "period", "points", "reached_at")
SELECT "user_id", "label", sum("points"), max("at")
FROM "milepost"."points_ledger",
  LATERAL (VALUES (to_char("at" AT TIME ZONE 'UTC', 'IYYY-"W"IW')), (to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM'))) AS "labels" ("label")
GROUP BY "user_id", "label";
