-- What was folded and when: up to which instant, which categories, and the names of the metrics that the snapshots include.
CREATE TABLE "milepost"."folds" (
  "id" bigint NOT NULL,
  "until" timestamptz NOT NULL,
  "categories" jsonb NOT NULL,
  "metrics" jsonb NOT NULL,
  "started_at" timestamptz NOT NULL,
  CONSTRAINT "folds_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
-- What was counted of each user before the line. Nothing earlier changes any more.
CREATE TABLE "milepost"."user_folds" (
  "user_id" text NOT NULL,
  "fold" bigint NOT NULL,
  "until" timestamptz NOT NULL,
  "generation" integer NOT NULL,
  "snapshot" jsonb NOT NULL,
  "folded_at" timestamptz NOT NULL,
  CONSTRAINT "user_folds_pkey" PRIMARY KEY ("user_id")
);
--> statement-breakpoint
-- The once-only keys of folded completions: the first 16 bytes of the SHA-256 of each item key, sorted, up to 100 in a row.
CREATE TABLE "milepost"."folded_keys" (
  "user_id" text NOT NULL,
  "category" text NOT NULL,
  "first_key" bytea NOT NULL,
  "generation" integer NOT NULL,
  "keys" bytea NOT NULL,
  CONSTRAINT "folded_keys_once" PRIMARY KEY ("user_id", "category", "first_key", "generation")
);
