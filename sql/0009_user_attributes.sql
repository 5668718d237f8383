-- What the host says of a user, such as a team: what leaderboards are narrowed by.
CREATE TABLE "milepost"."user_attributes" (
  "user_id" text NOT NULL,
  "name" text NOT NULL,
  "value" text NOT NULL,
  CONSTRAINT "user_attributes_one_each" PRIMARY KEY ("user_id", "name")
);
--> statement-breakpoint
-- getLeaderboard of a group: who is in it
CREATE INDEX "user_attributes_by_value" ON "milepost"."user_attributes" ("name", "value", "user_id");
