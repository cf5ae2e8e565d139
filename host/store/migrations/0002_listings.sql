-- Since when an entity stands in the listing of its kind; NULL when it does not.
ALTER TABLE entities ADD COLUMN listed INTEGER;
CREATE INDEX entities_listed ON entities (listed) WHERE listed IS NOT NULL;
