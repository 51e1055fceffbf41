/** Distinguishes session files from the databases of other programs. */
export const applicationId = 0x4d_43_50_53

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

/** The migrations, each from one format of the file to the next. The first one starts with an empty file. */
export const migrations: readonly string[] = [firstTables, resolvedInteractions, responses]

/** The current format of the file. */
export const schemaVersion = migrations.length
