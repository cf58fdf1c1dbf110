/**
 * What each version of the ledger's file adds to the one before; the file's `user_version` says how many it has. A version
 * that was released is never changed: another one is added at the end.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE event (
    event_id TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    origin TEXT NOT NULL,
    admitted_at INTEGER NOT NULL,
    -- Both go once the event is finished and older than the retention; the row stays.
    body TEXT,
    readings TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When to go on with it unless somebody has before; NULL once it is finished.
    next_at INTEGER,
    finished_at INTEGER
  ) STRICT;
  CREATE INDEX event_unfinished ON event (next_at) WHERE next_at IS NOT NULL;
  CREATE INDEX event_prunable ON event (finished_at) WHERE finished_at IS NOT NULL AND body IS NOT NULL;

  -- What became of an event for one key at one target; the target is '' where nobody is told.
  CREATE TABLE decision (
    event_id TEXT NOT NULL REFERENCES event,
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    action TEXT,
    result TEXT,
    reason TEXT,
    step_id TEXT,
    PRIMARY KEY (event_id, target, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alert (
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    last_at INTEGER NOT NULL,
    storm_key TEXT,
    -- By this machine's clock, unlike the times in the body; NULL while it has never been open.
    opened_at INTEGER,
    body TEXT NOT NULL,
    remote TEXT,
    ref TEXT,
    PRIMARY KEY (target, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_key ON alert (key);
  CREATE INDEX alert_open ON alert (kind, last_at) WHERE state = 'open';
  CREATE INDEX alert_ref ON alert (target, ref) WHERE ref IS NOT NULL;
  CREATE INDEX alert_storm ON alert (target, storm_key, opened_at) WHERE storm_key IS NOT NULL;

  -- The newest proof for each key that it is over, whoever was told: what failed before it is not told to anybody new.
  CREATE TABLE recovery (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    timestamp TEXT NOT NULL,
    event_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE step (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event_id TEXT NOT NULL REFERENCES event,
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    not_before INTEGER,
    result TEXT,
    reason TEXT,
    proof TEXT,
    body TEXT
  ) STRICT;
  CREATE INDEX step_pending ON step (target, key, seq) WHERE state = 'pending';
  CREATE INDEX step_held ON step (not_before) WHERE state = 'pending' AND not_before IS NOT NULL;
  CREATE INDEX step_dead ON step (seq) WHERE state = 'dead';
  CREATE INDEX step_event ON step (event_id);

  -- A row with an outcome was done. One without was begun, and nobody knows; none: it was not, or is known to have failed.
  CREATE TABLE operation (
    step_id TEXT NOT NULL REFERENCES step (id),
    name TEXT NOT NULL,
    intent_at TEXT NOT NULL,
    token TEXT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (step_id, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE key_lock (
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    owner TEXT NOT NULL,
    token TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    PRIMARY KEY (target, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE memory (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event_id TEXT,
    event TEXT,
    target TEXT,
    key TEXT,
    framework TEXT,
    control TEXT,
    action TEXT,
    operation TEXT,
    result TEXT NOT NULL,
    reason TEXT,
    proof TEXT,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;

  -- Where the chain of entries ends, so that entries that were cut off are missed.
  CREATE TABLE chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  INSERT INTO chain VALUES (1, 0, '${'0'.repeat(64)}');
  `,
  `
  -- When the target was told anything of it last, by this machine's clock.
  ALTER TABLE alert ADD COLUMN told_at INTEGER;
  `,
]
