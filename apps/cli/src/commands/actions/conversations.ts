import { usageError } from '../../output/exit-codes.ts'
import { stripControls } from '../../output/terminal-text.ts'
import type { ActionContext } from './action-command.ts'
import { createActionCommand, readLimit } from './action-command.ts'

export const conversations = createActionCommand({
  name: 'conversations',
  description: 'Lists, shows, exports and deletes your conversations.',
  values: {
    search: 'Only conversations with this text in the title.',
    limit: 'Maximum number of conversations. Default: all.',
    format: 'Format of an export: json or markdown. Default: json.',
  },
  actions: {
    list: { run: list },
    show: {
      usage: '<id>',
      minWords: 1,
      async run({ rest, words: [id = ''], output, signal }) {
        const detail = await rest.conversations.read(id, { signal })
        const text = output.isJson ? '' : await rest.conversations.exportMarkdown(id, { signal })
        output.data(detail, () => stripControls(text.trimEnd()))
      },
    },
    export: {
      usage: '<id>',
      minWords: 1,
      async run({ rest, words: [id = ''], output, values, signal }) {
        const { format = 'json' } = values
        if (format === 'markdown') {
          output.text(await rest.conversations.exportMarkdown(id, { signal }))
        } else if (format === 'json') {
          output.json(await rest.conversations.export(id, { signal }))
        } else throw usageError('"--format" must be json or markdown.')
      },
    },
    delete: {
      usage: '<id>…',
      minWords: 1,
      maxWords: Number.POSITIVE_INFINITY,
      async run({ rest, words, output, signal }) {
        for (const id of words) {
          await rest.conversations.remove(id, { signal })
          output.note(`Deleted ${id}.`)
        }
      },
    },
  },
})

const pageSize = 100

async function list(context: ActionContext): Promise<void> {
  const { rest, output, values, signal } = context
  const max = readLimit(context) ?? Number.POSITIVE_INFINITY
  const found: Awaited<ReturnType<typeof rest.conversations.list>>['conversations'][number][] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(pageSize, max - found.length)
    const query = { cursor, limit, query: values['search'] }
    const page = await rest.conversations.list(query, { signal })
    found.push(...page.conversations)
    cursor = page.cursor
  } while (cursor !== undefined && found.length < max)
  const rows = found.map(({ id, title, updatedAt, runs }) => [
    id,
    new Date(updatedAt).toISOString().slice(0, 16).replace('T', ' '),
    runs.length,
    title,
  ])
  output.table(['id', 'updated', 'runs', 'title'], rows, found)
}
