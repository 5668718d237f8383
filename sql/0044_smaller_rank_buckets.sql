-- Ranks are stored for ranges of a board, each with about so many users, and a read counts the users inside of one range. With 2000 users,
-- this took most of the time of a read, above all for boards by a metric. A board that is counted already keeps its ranges until it is
-- counted again.
ALTER TABLE "milepost"."rank_boards" ALTER COLUMN "bucket_size" SET DEFAULT 500;
