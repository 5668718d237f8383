-- The items of a list that the host keeps (setItems). A change of a list is a version of its own: the catalog of the version
-- before, with these items. A list has the items of its latest version.
ALTER TABLE "milepost"."catalog_versions" ADD COLUMN "list" text;
--> statement-breakpoint
ALTER TABLE "milepost"."catalog_versions" ADD COLUMN "items" jsonb;
