import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { itImplementsStores } from '@mcp/session-manager/testing'
import { createFileStores } from '@mcp/store-file'

// Here for the Node it runs on: node:sqlite differs from one Node to the next more than its docs say.
itImplementsStores(`the file store on Node ${process.versions.node}`, (limits) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-store-file-'))
  return {
    stores: createFileStores(join(folder, 'sessions.db'), { limits }),
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  }
})
