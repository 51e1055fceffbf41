import { createActionCommand } from './action-command.ts'

export const grants = createActionCommand({
  name: 'grants',
  description: 'Lists the operations that you have allowed always, and removes such a decision.',
  actions: {
    list: {
      async run({ rest, output, signal }) {
        const list = await rest.grants.list({ signal })
        const rows = list.map(({ id, server, operation, host }) => [id, server, operation, host])
        output.table(['id', 'server', 'operation', 'host'], rows, list)
      },
    },
    remove: {
      usage: '<id>',
      minWords: 1,
      async run({ rest, words: [id = ''], output, signal }) {
        await rest.grants.remove(id, { signal })
        output.note(`Removed ${id}. Its calls require approval again.`)
      },
    },
  },
})
