import { isRecord } from '@mcp/protocol/light'

import { usageError } from '../../output/exit-codes.ts'
import { readServers } from '../../remote/catalogue.ts'
import type { ActionContext } from './action-command.ts'
import { createActionCommand } from './action-command.ts'

export const servers = createActionCommand({
  name: 'servers',
  description:
    'Lists the servers with their health, and adds, removes and restarts standard MCP servers.',
  values: { entry: 'Entry of the server as a JSON object, in place of the URL.' },
  actions: {
    list: {
      async run({ connect, output, signal }) {
        const list = await readServers(await connect(), signal)
        const values = list.map(({ name, version, health, operations }) => ({
          name,
          version,
          health,
          operations: operations.length,
        }))
        const rows = values.map(({ name, version, health, operations }) => [
          name,
          health.state,
          operations,
          version,
          'reason' in health ? health.reason : '',
        ])
        output.table(['server', 'health', 'operations', 'version', 'reason'], rows, values)
      },
    },
    add: {
      usage: '<name> [url]',
      minWords: 1,
      maxWords: 2,
      async run(context) {
        const { rest, output, signal, words } = context
        const [name = ''] = words
        await rest.servers.add({ ...readEntry(context), name }, { signal })
        output.note(`Added ${name}.`)
      },
    },
    remove: {
      usage: '<name>',
      minWords: 1,
      async run({ rest, words: [name = ''], output, signal }) {
        await rest.servers.remove(name, { signal })
        output.note(`Removed ${name}.`)
      },
    },
    restart: {
      usage: '<name>',
      minWords: 1,
      async run({ rest, words: [name = ''], output, signal }) {
        await rest.servers.restart(name, { signal })
        output.note(`Restarted ${name}.`)
      },
    },
  },
})

function readEntry({ words: [, url], values }: ActionContext): Readonly<Record<string, unknown>> {
  const { entry } = values
  if ((url === undefined) === (entry === undefined)) {
    throw usageError('Use: mcp servers add <name> <url>, or --entry with a JSON object.')
  }
  if (entry === undefined) return { url }
  try {
    const value: unknown = JSON.parse(entry)
    if (isRecord(value)) return value
  } catch {
    // The message of the parser would contain a header.
  }
  throw usageError('"--entry" must be a JSON object, such as {"url":"https://example.com/mcp"}.')
}
