import type { RestClient } from '@mcp/client/rest'
import { formatCell } from '../../output/table.ts'
import { usageError } from '../../output/exit-codes.ts'
import { toPlainJson } from '../../output/terminal-text.ts'
import { follow } from '../../remote/create-rest.ts'
import type { ActionContext } from './action-command.ts'
import { createActionCommand, readLimit } from './action-command.ts'

type Entry = Awaited<ReturnType<RestClient['activity']['read']>>

const defaultLimit = 50

export const activity = createActionCommand({
  name: 'activity',
  description:
    'Prints the requests, responses, notifications and interactions of the session, from any client.',
  values: {
    limit: `Maximum number of entries. Default: ${defaultLimit}.`,
    after: 'With --follow: number of the last entry that is not printed.',
  },
  flags: { follow: 'Wait for further entries, until the command is interrupted.' },
  actions: {
    list: { run: (context) => (context.flags.has('follow') ? followAll(context) : list(context)) },
    show: {
      usage: '<number>',
      minWords: 1,
      async run({ rest, words: [word = ''], output, signal }) {
        if (!/^\d{1,15}$/.test(word)) throw usageError(`"${word}" is not the number of an entry.`)
        output.data(await rest.activity.read(Number(word), { signal }))
      },
    },
  },
})

const columns = ['number', 'at', 'kind', 'operation', 'from', 'status', 'ms', 'bytes']

function rowOf(entry: Entry): unknown[] {
  const { seq, at, kind, server, operation, from, status, durationMs, bytes } = entry
  const name = server === undefined ? operation : `${server}.${operation}`
  return [seq, at, kind, name, from, status, durationMs && Math.round(durationMs), bytes]
}

async function list(context: ActionContext): Promise<void> {
  const { rest, output, signal } = context
  const max = readLimit(context) ?? defaultLimit
  const found: Entry[] = []
  let cursor: string | undefined
  do {
    const page = await rest.activity.page({ cursor, limit: max - found.length }, { signal })
    found.push(...page.entries)
    cursor = page.nextCursor
  } while (cursor !== undefined && found.length < max)
  output.table(columns, found.map(rowOf), found)
}

async function followAll({ rest, output, values, signal }: ActionContext): Promise<void> {
  const { after } = values
  const items = follow((options) => rest.activity.events({ ...options, after }), {
    signal,
    onOpen: () => output.note('Connected. Waiting for activity.'),
    onLost: () => output.note('The connection was lost. Connecting again.'),
  })
  for await (const item of items) {
    if (output.isJson) {
      output.text(`${toPlainJson('entry' in item ? item.entry : item.notification)}\n`)
    } else if ('entry' in item) {
      output.text(`${rowOf(item.entry).map(formatCell).join('  ')}\n`)
    } else output.note(`${item.notification.type}: ${toPlainJson(item.notification.data)}`)
  }
}
