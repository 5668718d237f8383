-- What limits an offer besides a cap, fixed when it is recorded: its item and how its completions share, a cooldown in milliseconds. And
-- how many times as much a boost makes of it. Null if there is nothing of this.
ALTER TABLE "milepost"."points_ledger" ADD COLUMN "terms" jsonb;
--> statement-breakpoint
-- What rules with limits have given, by the part of the rule that shares a limit: a week, a month or all time of a cap, an item or, for a
-- cooldown, all (empty). Derived from the ledger, so that recording reads one row. The days of a cap are added up from the ledger.
CREATE TABLE "milepost"."points_limits" (
  "user_id" text NOT NULL,
  "source" text NOT NULL,
  "bucket" text NOT NULL,
  "points" bigint NOT NULL,
  "offered" bigint NOT NULL,
  "lowest_cap" bigint,
  "last_at" timestamptz NOT NULL,
  "paid_at" timestamptz,
  CONSTRAINT "points_limits_one_row" PRIMARY KEY ("user_id", "source", "bucket")
) WITH (fillfactor = 70);
