import { didYouMean, isRecord, nearNames } from '@mcp/protocol/light'

import { findOperation } from '../calls/find-operation.ts'
import { argumentsOf } from '../calls/read-arguments.ts'
import { argumentText, typeText } from '../calls/schema-text.ts'
import { usageError } from '../output/exit-codes.ts'
import { stripControls, toPlainJson } from '../output/terminal-text.ts'
import type { CatalogueEntry } from '../remote/catalogue.ts'
import { entriesOf, readServers } from '../remote/catalogue.ts'
import type { RemoteCommand } from './run-remote.ts'
import { onlyWord } from './run-remote.ts'

export const operations: RemoteCommand = {
  name: 'operations',
  usage: '[server]',
  description: 'Lists the operations of all servers, or of one.',
  values: { search: 'Only operations with all of these words in name, title or description.' },
  maxWords: 1,
  async run({ connect, output, signal, words, values }) {
    const all = await readServers(await connect(), signal)
    const [server] = words
    const names = all.map(({ name }) => name)
    if (server !== undefined && !names.includes(server)) {
      throw usageError(`Unknown server "${server}"${didYouMean(nearNames(server, names))}`)
    }
    const found = entriesOf(all)
      .filter((entry) => server === undefined || entry.server === server)
      .filter((entry) => matches(entry, values['search']))
    const rows = found.map(({ name, title }) => [name, title])
    const shown = found.map(({ name, title, description, hints }) => ({
      name,
      title,
      description,
      hints,
    }))
    output.table(['operation', 'title'], rows, shown)
  },
}

function matches({ name, title, description }: CatalogueEntry, search = ''): boolean {
  const text = `${name} ${title} ${description}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

export const describe: RemoteCommand = {
  name: 'describe',
  usage: '<server>[.<target>].<operation>',
  description: 'Describes an operation: its arguments, its result and an example.',
  maxWords: 1,
  async run(context) {
    const { connect, output, signal } = context
    const name = onlyWord(context, 'The name of the operation')
    const { entry } = findOperation(await readServers(await connect(), signal), name)
    output.data(entry, () => stripControls(descriptionOf(entry)))
  },
}

function descriptionOf(entry: CatalogueEntry): string {
  const { name, title, description, hints, resultSchema } = entry
  const properties = resultSchema['properties']
  const result = isRecord(properties)
    ? Object.entries(properties).map(([key, schema]) => `  ${key}: ${typeText(schema)}`)
    : [`  ${typeText(resultSchema)}`]
  const traits = Object.entries(hints).filter(([, isSet]) => isSet)
  const described = argumentsOf(entry).map((argument) => `  ${argumentText(argument)}`)
  return [
    `${name}: ${title}`,
    description,
    '',
    'Arguments:',
    ...(described.length === 0 ? ['  none'] : described),
    '',
    'Result:',
    ...result,
    '',
    `Hints: ${traits.map(([key]) => key).join(', ') || 'none'}`,
    ...exampleOf(entry),
  ].join('\n')
}

function exampleOf({ name, targetKey, target, examples }: CatalogueEntry): string[] {
  const [example] = examples
  if (example === undefined) return []
  const named = target === undefined && example.target !== undefined
  const values = { ...(named ? { [targetKey]: example.target } : {}), ...example.params }
  const words = Object.entries(values).map(([key, value]) =>
    typeof value === 'string' ? `${key}=${quote(value)}` : `${key}:=${quote(toPlainJson(value))}`,
  )
  return ['', 'Example:', `  mcp call ${[name, ...words].join(' ')}`]
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
