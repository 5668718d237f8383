-- What a completion offers by a points rule with a cap is fixed when it is recorded; `points` is what the cap leaves of it.
-- Both are null without a cap, and in rows written before this: those offer what they brought.
ALTER TABLE "milepost"."points_ledger" ADD COLUMN "offered" bigint, ADD COLUMN "cap" bigint;
