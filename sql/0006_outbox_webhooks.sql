-- What other systems are told: a row for each award and revocation, written in its transaction. "transaction_id" is the writer's, or
-- that of the user's row before where that is higher: so one user's rows come in order of "sequence", whichever transaction began first.
CREATE TABLE "milepost"."outbox" (
  "user_id" text NOT NULL,
  "sequence" bigint NOT NULL,
  "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id(),
  "position" bigint GENERATED ALWAYS AS IDENTITY,
  "type" text NOT NULL,
  "data" text NOT NULL,
  "at" timestamptz NOT NULL,
  CONSTRAINT "outbox_once" PRIMARY KEY ("user_id", "sequence"),
  CONSTRAINT "outbox_known_type" CHECK ("type" IN ('badge.awarded', 'badge.revoked'))
);
--> statement-breakpoint
-- the feed: pages in its order
CREATE INDEX "outbox_feed" ON "milepost"."outbox" ("transaction_id", "position");
--> statement-breakpoint
-- One row, made by the first server: while "last_read_at" is recent, awards are written to the outbox. Of what stood up to
-- ("forgotten_transaction", "forgotten_position") in the feed, something may be gone.
CREATE TABLE "milepost"."outbox_readers" (
  "id" integer NOT NULL DEFAULT 1,
  "last_read_at" timestamptz NOT NULL,
  "forgotten_transaction" xid8 NOT NULL,
  "forgotten_position" bigint NOT NULL DEFAULT 0,
  CONSTRAINT "outbox_readers_one_row" PRIMARY KEY ("id"),
  CONSTRAINT "outbox_readers_only_one" CHECK ("id" = 1)
);
--> statement-breakpoint
-- Where webhooks go. What stands in the feed up to ("transaction_id", "position") has become deliveries.
CREATE TABLE "milepost"."webhook_endpoints" (
  "id" text NOT NULL,
  "url" text NOT NULL,
  "event_types" jsonb NOT NULL,
  "secret" text NOT NULL,
  "previous_secret" text,
  "previous_until" timestamptz,
  "is_enabled" boolean NOT NULL DEFAULT true,
  "disabled_reason" text,
  "transaction_id" xid8 NOT NULL,
  "position" bigint NOT NULL DEFAULT 0,
  "created_at" timestamptz NOT NULL,
  "updated_at" timestamptz NOT NULL,
  CONSTRAINT "webhook_endpoints_by_id" PRIMARY KEY ("id")
);
--> statement-breakpoint
-- What is to be sent, or was. "next_attempt_at" of one that is under way is when another worker may take it over.
CREATE TABLE "milepost"."webhook_deliveries" (
  "id" text NOT NULL,
  "endpoint_id" text NOT NULL,
  "user_id" text,
  "message_id" text NOT NULL,
  "type" text NOT NULL,
  "body" text NOT NULL,
  "status" text NOT NULL DEFAULT 'pending',
  "attempt_count" integer NOT NULL DEFAULT 0,
  "failure_count" integer NOT NULL DEFAULT 0,
  "next_attempt_at" timestamptz,
  "created_at" timestamptz NOT NULL,
  "delivered_at" timestamptz,
  CONSTRAINT "webhook_deliveries_by_id" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_deliveries_once" UNIQUE ("endpoint_id", "message_id"),
  CONSTRAINT "webhook_deliveries_known_status" CHECK ("status" IN ('pending', 'delivered', 'dead')),
  CONSTRAINT "webhook_deliveries_due_while_pending" CHECK (("next_attempt_at" IS NULL) = ("status" <> 'pending'))
);
--> statement-breakpoint
-- workers: what is due, by endpoint
CREATE INDEX "webhook_deliveries_due" ON "milepost"."webhook_deliveries" ("endpoint_id", "next_attempt_at") WHERE "status" = 'pending';
--> statement-breakpoint
-- the list of an endpoint, newest first; old ones are deleted by it
CREATE INDEX "webhook_deliveries_newest" ON "milepost"."webhook_deliveries" ("endpoint_id", "created_at" DESC, "id");
--> statement-breakpoint
-- eraseUser
CREATE INDEX "webhook_deliveries_by_user" ON "milepost"."webhook_deliveries" ("user_id") WHERE "user_id" IS NOT NULL;
--> statement-breakpoint
CREATE TABLE "milepost"."webhook_attempts" (
  "delivery_id" text NOT NULL,
  "number" integer NOT NULL,
  "started_at" timestamptz NOT NULL,
  "duration_ms" integer,
  "status_code" integer,
  "failure" text,
  CONSTRAINT "webhook_attempts_one_each" PRIMARY KEY ("delivery_id", "number"),
  CONSTRAINT "webhook_attempts_of_delivery" FOREIGN KEY ("delivery_id")
    REFERENCES "milepost"."webhook_deliveries" ("id") ON DELETE CASCADE
);
