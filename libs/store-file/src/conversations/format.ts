import type { FileFormat } from '../file/schema.ts'

const applicationId = 0x4d_43_50_43

const firstTables = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = 1;

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    is_listed INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX conversations_by_owner ON conversations (owner, is_listed, updated_at, id);
  CREATE INDEX conversations_by_update ON conversations (updated_at);

  CREATE TABLE entries (
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,
    run INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
  ) STRICT, WITHOUT ROWID;
`

/** The format of files with conversations. */
export const conversationFormat: FileFormat = {
  applicationId,
  migrations: [firstTables],
}
