-- What was decided by hand stands until it is decided otherwise.
CREATE TABLE "milepost"."badge_decisions" (
  "user_id" text NOT NULL,
  "badge_id" text NOT NULL,
  "decision" text NOT NULL,
  "reason" text NOT NULL,
  "decided_by" text,
  "decided_at" timestamptz NOT NULL,
  CONSTRAINT "badge_decisions_one_each" PRIMARY KEY ("user_id", "badge_id"),
  CONSTRAINT "badge_decisions_known" CHECK ("decision" IN ('awarded', 'revoked'))
);
--> statement-breakpoint
CREATE TABLE "milepost"."audit_log" (
  "user_id" text NOT NULL,
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "action" text NOT NULL,
  "reason" text NOT NULL,
  "done_by" text,
  "done_at" timestamptz NOT NULL,
  "details" jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT "audit_log_one_entry" PRIMARY KEY ("user_id", "id")
);
