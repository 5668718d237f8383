-- Who may call the server. Of a secret only its SHA-256 is kept. A revoked key keeps its row, without hashes: the audit log names its id.
CREATE TABLE "milepost"."api_keys" (
  "id" text NOT NULL,
  "name" text NOT NULL,
  "scopes" text[] NOT NULL,
  "secret_hash" text,
  "previous_hash" text,
  "previous_until" timestamptz,
  "created_at" timestamptz NOT NULL,
  "expires_at" timestamptz,
  "last_used_at" timestamptz,
  "revoked_at" timestamptz,
  CONSTRAINT "api_keys_one_each" PRIMARY KEY ("id"),
  CONSTRAINT "api_keys_scopes_known" CHECK ("scopes" <@ ARRAY['record', 'read', 'award', 'admin'] AND "scopes" <> '{}'),
  CONSTRAINT "api_keys_revoked_for_good" CHECK ("revoked_at" IS NULL OR ("secret_hash" IS NULL AND "previous_hash" IS NULL))
);
--> statement-breakpoint
-- Every request: finds the key of a secret
CREATE UNIQUE INDEX "api_keys_by_secret" ON "milepost"."api_keys" ("secret_hash") WHERE "secret_hash" IS NOT NULL;
--> statement-breakpoint
-- The same, for a secret that was rotated and still holds
CREATE UNIQUE INDEX "api_keys_by_previous_secret" ON "milepost"."api_keys" ("previous_hash") WHERE "previous_hash" IS NOT NULL;
--> statement-breakpoint
-- One row per Idempotency-Key of a caller, for a day. Without a status it is under way, until its lease ends. The answer is encrypted
-- with a key that is made from the caller's, of which only a hash is kept.
CREATE TABLE "milepost"."idempotency_records" (
  "key_hash" text NOT NULL,
  "fingerprint" text NOT NULL,
  "lease" text NOT NULL,
  "lease_until" timestamptz NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "status" integer,
  "answer" text,
  CONSTRAINT "idempotency_records_once" PRIMARY KEY ("key_hash"),
  CONSTRAINT "idempotency_records_answered_whole" CHECK (("status" IS NULL) = ("answer" IS NULL))
);
--> statement-breakpoint
-- Finds those whose day is over
CREATE INDEX "idempotency_records_by_end" ON "milepost"."idempotency_records" ("expires_at");
