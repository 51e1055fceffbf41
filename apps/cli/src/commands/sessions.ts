import { createActionCommand } from './actions.ts'

export const sessions = createActionCommand({
  name: 'sessions',
  description: 'Shows, replaces or closes the session of "mcp call" and "mcp events".',
  actions: {
    show: {
      async run({ rest, output, signal }) {
        const { sessionId: _key, ...shown } = await rest.sessions.current({ signal })
        const { clientId, createdAt, lastActivity, expiresAt, status } = shown
        const columns = ['client', 'created', 'last activity', 'expires', 'status']
        output.table(columns, [[clientId, createdAt, lastActivity, expiresAt, status]], shown)
      },
    },
    close: {
      async run({ rest, output, signal }) {
        await rest.sessions.close({ signal })
        output.note('Closed the session.')
      },
    },
  },
})
