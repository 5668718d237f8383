-- How the amounts of a metric come together: `sum`, `maximum` or `minimum`, by which recording raises it in SQL; `stepped` where
-- Milepost works the value out and writes it. Of a `minimum` the negated numbers are stored, so that every value rises.
ALTER TABLE "milepost"."user_metrics" ADD COLUMN "fold" text NOT NULL DEFAULT 'sum';
--> statement-breakpoint
-- Until now the first word of a metric's name told.
UPDATE "milepost"."user_metrics" SET "fold" = CASE WHEN "metric" LIKE 'best:%' THEN 'maximum' ELSE 'stepped' END
  WHERE "metric" NOT LIKE 'count:%' AND "metric" NOT LIKE 'total:%';
--> statement-breakpoint
ALTER TABLE "milepost"."user_metrics" ADD CONSTRAINT "user_metrics_fold_known" CHECK ("fold" IN ('sum', 'maximum', 'minimum', 'stepped'));
