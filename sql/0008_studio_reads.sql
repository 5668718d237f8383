-- What Studio reads page by page. A completion alone adds to neither; each badge awarded adds one entry to the first,
-- each change by hand one to the second.
-- Newest badges of all users, and of one milestone by reading over the others within the index. Of badges alone.
CREATE INDEX "user_progress_badges_by_date" ON "milepost"."user_progress"
  USING btree ("completed_at", "user_id" COLLATE "C", "item_key" COLLATE "C") WHERE "category" = 'milestone_badge';
--> statement-breakpoint
-- The audit log of everybody, the newest first.
CREATE INDEX "audit_log_newest" ON "milepost"."audit_log" USING btree ("id");
