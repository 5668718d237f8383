-- Freezes of streaks that were granted, each key once. Who granted them and why is in the audit log.
CREATE TABLE "milepost"."streak_freezes" (
  "user_id" text NOT NULL,
  "key" text NOT NULL,
  "granted_at" timestamptz NOT NULL,
  CONSTRAINT "streak_freezes_once" PRIMARY KEY ("user_id", "key")
);
