-- getBalance and getCoinHistory: the coins of a user, latest first
CREATE INDEX "points_ledger_coins" ON "milepost"."points_ledger" ("user_id", "recorded_at" DESC) WHERE "currency" IS NOT NULL;
