import { findOperation } from '../calls/find-operation.ts'
import { argumentsOf } from '../calls/read-arguments.ts'
import { entriesOf, readServers } from '../remote/catalogue.ts'
import type { Connection } from '../remote/connection.ts'
import { openConnection } from '../remote/open-connection.ts'
import type { RemoteCommand } from './run-remote.ts'
import { commonOptions } from './run-remote.ts'

export interface CompletionOptions {
  readonly commands: readonly string[]
  /** Loads a command. Resolves with undefined if the command cannot connect to a hub. */
  readonly load: (name: string) => Promise<RemoteCommand | undefined>
}

const maxWaitMs = 2000

/** Prints the possible continuations of a command line, one candidate per line. */
export async function complete(
  [line = '']: readonly string[],
  { commands, load }: CompletionOptions,
): Promise<void> {
  const [, name, ...words] = line.trimStart().split(/\s+/)
  const last = words.at(-1)
  const found =
    last === undefined || name === undefined
      ? commands
      : await completeWords(await load(name), words).catch(() => [])
  const typed = last ?? name ?? ''
  const matching = found.filter((candidate) => candidate.startsWith(typed))
  process.stdout.write(matching.map((candidate) => `${candidate}\n`).join(''))
}

async function completeWords(
  command: RemoteCommand | undefined,
  words: readonly string[],
): Promise<readonly string[]> {
  if (command === undefined) return []
  const { name, actions, values = {}, flags = {} } = command
  const [before = '', last = ''] = ['', ...words].slice(-2)
  if (last.startsWith('-')) {
    return [...Object.keys({ ...values, ...flags }), ...commonOptions].map((each) => `--${each}`)
  }
  if (before === '--format') return ['json', 'markdown']
  if (before === '--conversation')
    return withConnection(async (open) => ['last', ...(await conversationIds(open))])
  if (before === '--model') return withConnection(modelNames)
  if (actions !== undefined && words.length === 1) return actions
  if (name === 'conversations') return withConnection(conversationIds)
  if (!['call', 'describe', 'operations'].includes(name)) return []
  return withConnection(async (connection) => {
    const servers = await readServers(connection, AbortSignal.timeout(maxWaitMs))
    if (name === 'operations') return servers.map((server) => server.name)
    const [operation = ''] = words
    if (words.length === 1) return entriesOf(servers).map((entry) => entry.name)
    const { entry } = findOperation(servers, operation)
    return name === 'call' ? argumentsOf(entry).map((argument) => `${argument.name}=`) : []
  })
}

async function withConnection(
  find: (connection: Connection) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(maxWaitMs)
  const connection = await openConnection({ url: undefined, isHub: false, data: undefined, signal })
  try {
    return await find(connection)
  } finally {
    await connection.close()
  }
}

async function conversationIds(connection: Connection): Promise<string[]> {
  const { listConversationIds } = await import('../remote/list-names.ts')
  return listConversationIds(connection, AbortSignal.timeout(maxWaitMs))
}

async function modelNames(connection: Connection): Promise<string[]> {
  const { listModelNames } = await import('../remote/list-names.ts')
  return listModelNames(connection, AbortSignal.timeout(maxWaitMs))
}
