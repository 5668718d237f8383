-- Whose record it is, as a hash: of each caller only the latest are kept. Records from before count for nobody, and end with their day.
ALTER TABLE "milepost"."idempotency_records" ADD COLUMN "caller_hash" text NOT NULL DEFAULT '';
--> statement-breakpoint
-- Finds the oldest records of a caller who has too many
CREATE INDEX "idempotency_records_by_caller" ON "milepost"."idempotency_records" ("caller_hash", "expires_at");
