import type { ConnectionStatus } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { usageError } from '../../output/exit-codes.ts'
import { stripControls } from '../../output/terminal-text.ts'
import { readServers } from '../../remote/catalogue.ts'
import type { ActionContext } from './action-command.ts'
import { createActionCommand } from './action-command.ts'

export const servers = createActionCommand({
  name: 'servers',
  description:
    'Lists the servers with their health. Adds, removes and restarts standard MCP servers, logs in at them, and approves changes of their tools.',
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
        for (const { name, health } of list) {
          const { loginUrl } = health.connection ?? {}
          if (loginUrl !== undefined) output.note(`Log in at ${name}: ${loginUrl}`)
        }
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
    login: {
      usage: '<name>',
      minWords: 1,
      async run({ rest, words: [name = ''], output, signal }) {
        const login = await rest.servers.authorize(name, { signal })
        const { url } = login
        output.data(login, () =>
          url === undefined
            ? `The hub is logged in at ${name}.`
            : `Open this address in a browser to log in at ${name}:\n${stripControls(url)}`,
        )
      },
    },
    changes: {
      usage: '<name>',
      minWords: 1,
      async run({ connect, words: [name = ''], output, signal }) {
        const found = (await readServers(await connect(), signal)).find(
          (each) => each.name === name,
        )
        if (found === undefined) throw usageError(`Unknown server "${name}". See "mcp servers".`)
        const changed = found.health.connection?.changedTools ?? []
        output.data(changed, () => stripControls(changesText(name, changed)))
      },
    },
    approve: {
      usage: '<name> [tool]...',
      minWords: 1,
      maxWords: Number.POSITIVE_INFINITY,
      async run({ rest, words: [name = '', ...tools], output, signal }) {
        await rest.servers.approve(name, tools.length === 0 ? {} : { tools }, { signal })
        output.note(`Approved ${tools.length === 0 ? 'all changes' : tools.join(', ')} of ${name}.`)
      },
    },
  },
})

/** Describes the changed definitions as a difference. */
function changesText(name: string, changed: NonNullable<ConnectionStatus['changedTools']>): string {
  if (changed.length === 0) return `No tool of ${name} has changed.`
  const lines = changed.flatMap(({ tool, isOffered, differences }) => [
    `${tool}${isOffered ? '' : ' (not offered until it is approved)'}`,
    ...differences.flatMap(({ field, before, after }) => [
      `  ${field}`,
      ...(before === undefined ? [] : [`  - ${before}`]),
      ...(after === undefined ? [] : [`  + ${after}`]),
    ]),
  ])
  return [...lines, '', `Approve with: mcp servers approve ${name} [tool]...`].join('\n')
}

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
    // The message of the parser is not shown, because it can quote a header of the entry.
  }
  throw usageError('"--entry" must be a JSON object, such as {"url":"https://example.com/mcp"}.')
}
