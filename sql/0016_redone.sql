-- Whether a completion of the user was ever undone: only then can one that is recorded be one that comes back, by whose date badges are
-- dated again.
ALTER TABLE "milepost"."user_standings" ADD COLUMN "has_undone" boolean NOT NULL DEFAULT false;
--> statement-breakpoint
UPDATE "milepost"."user_standings" SET "has_undone" = true
  WHERE "user_id" IN (SELECT "user_id" FROM "milepost"."audit_log" WHERE "action" = 'undo');
