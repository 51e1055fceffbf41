import { isRecord } from '@mcp/protocol/light'

import type { FoundOperation } from '../../calls/find-operation.ts'
import { findOperation } from '../../calls/find-operation.ts'
import { usageError } from '../../output/exit-codes.ts'
import { formatCell } from '../../output/table.ts'
import { toPlainJson } from '../../output/terminal-text.ts'
import type { CatalogueEntry } from '../../remote/catalogue.ts'
import { entriesOf, readServers } from '../../remote/catalogue.ts'
import type { ActionContext } from './action-command.ts'
import { createActionCommand } from './action-command.ts'
import { makeCall, readCallArguments } from '../call.ts'

export const saved = createActionCommand({
  name: 'saved',
  description:
    'Lists, saves, runs and deletes named calls. With run, an argument replaces the saved argument of the same name.',
  values: { args: 'Arguments as a JSON object.' },
  flags: { envelope: 'Print the response envelope in place of the result.' },
  actions: {
    list: {
      async run({ rest, output, signal }) {
        const list = await rest.savedCalls.list({ signal })
        const rows = list.calls.map(({ name, type, payload }) => [
          name,
          type,
          formatCell(toPlainJson(payload)),
        ])
        output.table(['name', 'type', 'payload'], rows, list.calls)
        for (const { name, problem } of list.invalid) output.note(`${name}: ${problem}`)
      },
    },
    run: {
      usage: '<name> [name=value]',
      minWords: 1,
      maxWords: Number.POSITIVE_INFINITY,
      async run(context) {
        const [name = '', ...words] = context.words
        const call = await context.rest.savedCalls.read(name, { signal: context.signal })
        const found = await findSaved(context, call)
        const { params } = call.payload
        const payload = await readCallArguments(
          context,
          found,
          words,
          isRecord(params) ? params : undefined,
        )
        return makeCall(context, found, payload)
      },
    },
    save: {
      usage: '<name> <server>[.<target>].<operation> [name=value]',
      minWords: 2,
      maxWords: Number.POSITIVE_INFINITY,
      async run(context) {
        const { rest, output, signal } = context
        const [name = '', operation = '', ...words] = context.words
        const found = findOperation(await readServers(await context.connect(), signal), operation)
        const payload = await readCallArguments(context, found, words)
        await rest.savedCalls.save(name, { type: found.entry.type, payload }, { signal })
        output.note(`Saved ${name}.`)
      },
    },
    delete: {
      usage: '<name>',
      minWords: 1,
      async run({ rest, words: [name = ''], output, signal }) {
        await rest.savedCalls.remove(name, { signal })
        output.note(`Deleted ${name}.`)
      },
    },
  },
})

interface Saved {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Finds the operation of a saved call. */
async function findSaved(
  { connect, signal }: ActionContext,
  { type, payload }: Saved,
): Promise<FoundOperation> {
  const entries = entriesOf(await readServers(await connect(), signal))
  const entry = entries.find((each) => isOperationOf(each, type, payload))
  if (entry === undefined) {
    throw usageError(
      `The hub has no operation for the saved call "${String(payload['operation'])}" of "${type}".`,
    )
  }
  const target = payload[entry.targetKey]
  return { entry, target: typeof target === 'string' ? target : undefined }
}

function isOperationOf(entry: CatalogueEntry, type: string, payload: Saved['payload']): boolean {
  const { target, targetKey } = entry
  const isTarget = target === undefined || payload[targetKey] === target
  return entry.type === type && entry.operation === payload['operation'] && isTarget
}
