-- How far folding by the retention rules of the catalog got: a row for each rule, by its categories. Users up to "resume_after" are done.
-- One process at a time works on a rule, until "taken_until".
CREATE TABLE "milepost"."retention_runs" (
  "categories" text NOT NULL,
  "until" timestamptz NOT NULL,
  "resume_after" text NOT NULL DEFAULT '',
  "taken_until" timestamptz NOT NULL,
  "finished_at" timestamptz,
  CONSTRAINT "retention_runs_one_each" PRIMARY KEY ("categories")
);
--> statement-breakpoint
-- The time zone by which the days of users without one of their own were counted. Null in folds from before this column.
ALTER TABLE "milepost"."folds" ADD COLUMN "time_zone" text;
