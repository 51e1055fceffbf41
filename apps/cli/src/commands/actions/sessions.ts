import type { RestClient } from '@mcp/client/rest'

import { createActionCommand } from './action-command.ts'

type Session = Awaited<ReturnType<RestClient['sessions']['list']>>[number]

const columns = ['handle', 'client', 'created', 'last activity', 'expires', 'status']

export const sessions = createActionCommand({
  name: 'sessions',
  description: 'Lists your sessions, shows the one that the commands use, and closes sessions.',
  actions: {
    list: {
      async run({ rest, output, signal }) {
        const list = await rest.sessions.list({ signal })
        output.table(columns, list.map(rowOf), list)
      },
    },
    show: {
      async run({ rest, output, signal }) {
        // The id is a key, so it is not shown.
        const { sessionId: _key, ...session } = await rest.sessions.current({ signal })
        output.table(columns, [rowOf(session)], session)
      },
    },
    close: {
      usage: '<handle>',
      minWords: 1,
      async run({ rest, words: [handle = ''], output, signal }) {
        await rest.sessions.remove(handle, { signal })
        output.note(`Closed ${handle}.`)
      },
    },
  },
})

function rowOf(session: Omit<Session, 'isCurrent'>): unknown[] {
  const { handle, clientId, createdAt, lastActivity, expiresAt, status } = session
  return [handle, clientId, createdAt, lastActivity, expiresAt, status]
}
