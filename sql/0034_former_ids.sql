-- mergeUsers, exportUser and eraseUser: the former ids of a user
CREATE INDEX "user_standings_merged" ON "milepost"."user_standings" ("merged_into") WHERE "merged_into" IS NOT NULL;
