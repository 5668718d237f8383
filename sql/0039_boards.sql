-- Boards by a metric: rows of user_metrics that rank users. "ranked" is the value and "reached_at" when the user reached it, both null in all
-- other rows, so that no index covers a column that other metrics change.
ALTER TABLE "milepost"."user_metrics"
  ADD COLUMN "ranked" numeric,
  ADD COLUMN "reached_at" timestamptz;
