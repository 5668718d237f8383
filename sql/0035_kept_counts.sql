-- Results of counts that took long, for all processes: statistics and Studio's overview. They contain no users.
CREATE TABLE "milepost"."kept_counts" (
  "name" text COLLATE "C" NOT NULL,
  "counted_at" timestamp with time zone NOT NULL,
  "took_ms" double precision NOT NULL,
  -- From when on it is to be counted anew.
  "due_at" timestamp with time zone NOT NULL,
  "figures" jsonb NOT NULL,
  CONSTRAINT "kept_counts_one_each" PRIMARY KEY ("name")
);
