import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { itIsAStore } from '@mcp/session-manager/testing'
import { createFileStore } from '@mcp/store-file'

// Here for the Node it runs on: node:sqlite differs from one Node to the next more than its docs say.
itIsAStore(`the file store on Node ${process.versions.node}`, (limits) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-store-file-'))
  return {
    store: createFileStore(join(folder, 'sessions.db'), { limits }),
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  }
})
