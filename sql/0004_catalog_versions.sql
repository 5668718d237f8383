-- Which catalogs were applied, in their order: the latest one governs. An unfinished apply goes on after "resume_after".
CREATE TABLE "milepost"."catalog_versions" (
  "version" bigint NOT NULL,
  "hash" text NOT NULL,
  "catalog" jsonb NOT NULL,
  "policy" text NOT NULL,
  "applied_by" text,
  "reason" text,
  "started_at" timestamptz NOT NULL,
  "applied_at" timestamptz,
  "resume_after" text,
  "user_count" bigint NOT NULL DEFAULT 0,
  CONSTRAINT "catalog_versions_in_order" PRIMARY KEY ("version"),
  CONSTRAINT "catalog_versions_known_policy" CHECK ("policy" IN ('keep', 'recompute', 'reprice'))
);
