-- getLeaderboard of a board by a metric: pages in its order, and counts who has a better value
CREATE INDEX "user_metrics_ranked" ON "milepost"."user_metrics"
  ("metric", "period", "ranked" DESC, "reached_at", "user_id" COLLATE "C") WHERE "ranked" IS NOT NULL;
