import { isRecord } from '@mcp/protocol'
import { roots } from '@mcp/contracts/roots'
import { itRunsItsExamples } from '@mcp/testing'

import { openWorkspace } from './fixtures/workspace.ts'
import { starterNotes } from './roots/starter-notes.ts'

itRunsItsExamples(roots, async () => {
  const workspace = await openWorkspace({ files: starterNotes })
  return {
    server: workspace.server,
    async prepare({ operation, params }, session) {
      if (operation === 'updateRoot' || operation === 'removeRoot') {
        const listed = await session.call('listRoots', { query: 'notes' })
        if (isRecord(listed) && JSON.stringify(listed['items']) === '[]') {
          await session.call('addRoot', { uri: 'root://workspace/notes', name: 'notes' })
        }
      }
      if (operation !== 'unwatch') return params
      const started = await session.call('watch', { root: 'workspace' })
      return isRecord(started) ? { watchId: started['watchId'] } : params
    },
    cleanUp: () => workspace.close(),
  }
})
