-- How many users of a counted board lie between two stored counts. With 2000, counting within one of them took most of the time of a
-- read, above all for boards by a metric. Boards that are counted already keep their size until they are counted anew.
ALTER TABLE "milepost"."rank_boards" ALTER COLUMN "bucket_size" SET DEFAULT 500;
