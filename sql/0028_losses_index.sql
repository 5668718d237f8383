-- The most points that a user ever lost from, for levels that are kept. Entries that add points are not in it.
CREATE INDEX "points_ledger_losses" ON "milepost"."points_ledger" ("user_id", "points_before") WHERE "points_before" IS NOT NULL;
