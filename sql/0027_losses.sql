-- The points that a user had just before losing some: only in entries that take points away. The highest of them shows which level the
-- user once reached. Null in entries written before this.
ALTER TABLE "milepost"."points_ledger" ADD COLUMN "points_before" bigint;
