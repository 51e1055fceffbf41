/** The format of a kind of file. */
export interface FileFormat {
  /** Distinguishes the files from the databases of other programs. */
  readonly applicationId: number
  /** The migrations, each from one format of the file to the next. The first one starts with an empty file. */
  readonly migrations: readonly string[]
}

const applicationId = 0x4d_43_50_53

/** The session number of broadcasts. Sessions are numbered from 1. */
export const broadcastLog = 0

// Times are milliseconds since the epoch.
const firstTables = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = 1;

  CREATE TABLE sessions (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    client_id TEXT NOT NULL,
    owner TEXT,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ttl_ms INTEGER NOT NULL,
    last_activity INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    servers TEXT NOT NULL,
    begins_after INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);
  CREATE INDEX sessions_by_owner ON sessions (owner, serial) WHERE owner IS NOT NULL;

  CREATE TABLE ended_sessions (
    id TEXT PRIMARY KEY,
    owner TEXT,
    ended_by TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ended_sessions_by_time ON ended_sessions (at);

  CREATE TABLE answers (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    session INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    fingerprint INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER,
    body TEXT,
    UNIQUE (session, request_id)
  ) STRICT;
  CREATE INDEX answers_by_time ON answers (at);
  CREATE INDEX answers_kept ON answers (session, at) WHERE state = 'answered';

  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    session INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    at INTEGER NOT NULL,
    server TEXT,
    UNIQUE (session, id)
  ) STRICT;
  CREATE INDEX events_by_session ON events (session, position);
  CREATE INDEX events_by_time ON events (at);

  CREATE TABLE trimmed_logs (
    session INTEGER PRIMARY KEY,
    trimmed_to INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE interactions (
    session INTEGER NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    schema TEXT,
    expires_at INTEGER NOT NULL,
    ended_by TEXT,
    PRIMARY KEY (session, id)
  ) STRICT, WITHOUT ROWID;
`

// Numbers the resolved interactions of a session.
const resolvedInteractions = `
  PRAGMA user_version = 2;

  ALTER TABLE interactions ADD COLUMN ended_serial INTEGER;
  UPDATE interactions SET ended_serial = 0 WHERE ended_by IS NOT NULL;
  CREATE INDEX interactions_ended ON interactions (session, ended_serial)
    WHERE ended_serial IS NOT NULL;
  CREATE INDEX interactions_by_time ON interactions (expires_at);
`

// Names the recorded responses as the session manager does.
const responses = `
  PRAGMA user_version = 3;

  ALTER TABLE answers RENAME TO responses;
  UPDATE responses SET state = 'settled' WHERE state = 'answered';
  DROP INDEX answers_by_time;
  DROP INDEX answers_kept;
  CREATE INDEX responses_by_time ON responses (at);
  CREATE INDEX responses_settled ON responses (session, at) WHERE state = 'settled';
`

// Sessions are searched in memory, so their tables need no index. The column with the size of a text stands
// before the text, so that SQLite reads the size without the text. Rows are deleted in the order in which they
// were added, so there is no index by time.
const sizes = `
  PRAGMA user_version = 4;

  CREATE TABLE sessions_4 (
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    owner TEXT,
    created_at INTEGER NOT NULL,
    ttl_ms INTEGER NOT NULL,
    last_activity INTEGER NOT NULL,
    begins_after INTEGER NOT NULL,
    servers TEXT NOT NULL,
    metadata TEXT NOT NULL
  ) STRICT;
  INSERT INTO sessions_4 SELECT serial, id, client_id, owner, created_at, ttl_ms, last_activity,
    begins_after, servers, metadata FROM sessions;
  DELETE FROM sqlite_sequence WHERE name = 'sessions_4';
  INSERT INTO sqlite_sequence SELECT 'sessions_4', seq FROM sqlite_sequence WHERE name = 'sessions';
  DROP TABLE sessions;
  ALTER TABLE sessions_4 RENAME TO sessions;

  CREATE TABLE ended_4 (
    serial INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    owner TEXT,
    ended_by TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO ended_4 (id, owner, ended_by, at)
    SELECT id, owner, ended_by, at FROM ended_sessions ORDER BY at;
  DROP TABLE ended_sessions;
  ALTER TABLE ended_4 RENAME TO ended_sessions;

  -- Sessions that ended, whose responses, events and interactions are still to be deleted.
  CREATE TABLE leftovers (session INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE responses_4 (
    serial INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    fingerprint INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER,
    bytes INTEGER NOT NULL DEFAULT 0,
    body TEXT,
    UNIQUE (session, request_id)
  ) STRICT;
  INSERT INTO responses_4 SELECT serial, session, request_id, fingerprint, state, at, status,
    coalesce(length(body), 0), body FROM responses;
  DROP TABLE responses;
  ALTER TABLE responses_4 RENAME TO responses;
  CREATE INDEX responses_settled ON responses (session) WHERE state = 'settled';
  CREATE INDEX responses_evicted ON responses (session) WHERE state = 'evicted';

  CREATE TABLE events_4 (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    session INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    server TEXT,
    bytes INTEGER NOT NULL,
    data TEXT NOT NULL,
    UNIQUE (session, id)
  ) STRICT;
  INSERT INTO events_4 SELECT position, session, id, type, at, server, length(data), data FROM events;
  DELETE FROM sqlite_sequence WHERE name = 'events_4';
  INSERT INTO sqlite_sequence SELECT 'events_4', seq FROM sqlite_sequence WHERE name = 'events';
  DROP TABLE events;
  ALTER TABLE events_4 RENAME TO events;
  CREATE INDEX events_by_session ON events (session);
`

// Each time the file is opened, the positions of events jump beyond all positions that an earlier process may
// have used.
const jumps = `
  PRAGMA user_version = 5;

  CREATE TABLE jumps (
    after INTEGER PRIMARY KEY,
    first INTEGER NOT NULL
  ) STRICT;
`

// The store keeps the order of the recorded responses in memory, because an index would add a page to the
// journal for each response.
const fewerPages = `
  PRAGMA user_version = 6;

  DROP INDEX responses_settled;
`

// Interactions can be a URL to open, or a sampling request.
const interactionFields = `
  PRAGMA user_version = 7;

  ALTER TABLE interactions ADD COLUMN url TEXT;
  ALTER TABLE interactions ADD COLUMN sampling TEXT;
`

// Stores the content of a resolution, because later reads return it.
const resolutionContent = `
  PRAGMA user_version = 8;

  ALTER TABLE interactions ADD COLUMN content TEXT;
`

const migrations: readonly string[] = [
  firstTables,
  resolvedInteractions,
  responses,
  sizes,
  jumps,
  fewerPages,
  interactionFields,
  resolutionContent,
]

/** The current format of the file. */
export const schemaVersion = migrations.length

/** The format of files with the state of a session manager. */
export const sessionFormat: FileFormat = { applicationId, migrations }
