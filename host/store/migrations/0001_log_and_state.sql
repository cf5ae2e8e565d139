-- The log. Rows are only ever added; no index but the position: a random-order index falls with the number of rows.
CREATE TABLE facts (
    position INTEGER PRIMARY KEY,
    key      BLOB    NOT NULL, -- 16 bytes of the hash of source, id and revision
    at       INTEGER NOT NULL, -- the engine's instant, never decreasing
    time     INTEGER,          -- when it happened, where the source says so
    type     TEXT    NOT NULL,
    schema   INTEGER NOT NULL, -- version of the type's fields
    subject  BLOB    NOT NULL, -- 16 bytes, pseudonymous
    prev     INTEGER,          -- the subject's fact before this one
    open     TEXT    NOT NULL, -- what counting needs
    sealed   BLOB    NOT NULL, -- text, names, identity keys, the source's own id and subject
    key_id   INTEGER NOT NULL, -- the subject's key in keys.db
    chain    BLOB    NOT NULL  -- SHA-256 of the previous chain, the open columns and SHA-256 of the sealed one
) STRICT;

CREATE TABLE outcomes (
    position   INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL, -- in `generations`
    body       TEXT              -- NULL: nothing came of the fact
) STRICT;

CREATE TABLE generations (
    n  INTEGER PRIMARY KEY,
    id BLOB    NOT NULL
) STRICT;

-- What is to be delivered and was not settled yet.
CREATE TABLE outbox (
    position INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (position, n)
) STRICT, WITHOUT ROWID;

-- The state as of the last checkpoint.
CREATE TABLE entities (
    n    INTEGER PRIMARY KEY,
    key  BLOB    NOT NULL UNIQUE, -- sorts as the entity's key does
    due  INTEGER,
    body BLOB    NOT NULL
) STRICT;
CREATE INDEX entities_due ON entities (due) WHERE due IS NOT NULL;

-- Sorted runs: which keys and which subjects the log has seen. See src/run/mod.rs.
CREATE TABLE runs (
    run     INTEGER PRIMARY KEY,
    kind    INTEGER NOT NULL, -- 0: keys, 1: subjects
    level   INTEGER NOT NULL,
    covered INTEGER NOT NULL  -- with the older runs of its kind it knows every fact up to here
) STRICT;
CREATE TABLE run_blocks (
    place   INTEGER PRIMARY KEY, -- run << 32 | number of the block
    records BLOB    NOT NULL
) STRICT;
CREATE TABLE run_filters (
    place   INTEGER PRIMARY KEY, -- run << 32 | number of the group of blocks
    filters BLOB    NOT NULL
) STRICT;

CREATE TABLE meta (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('epoch', 0), ('checkpoint', 0);
