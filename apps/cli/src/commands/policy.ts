import { readFile } from 'node:fs/promises'

import type { Explanation } from '@mcp/policy'
import { isRecord, McpError } from '@mcp/protocol/light'

import { exitCodes, usageError } from '../output/exit-codes.ts'
import type { CommandContext, RemoteCommand } from './run-remote.ts'

const keys = 'principal role scope tenant server operation target params'.split(' ')

export const policy: RemoteCommand = {
  name: 'policy',
  usage:
    'explain server=<name> operation=<name> [principal=… role=… target=… params=…] | test <file>',
  description:
    'Explains why the policy of the hub allows or denies an operation, or runs the cases of a policy file.',
  actions: ['explain', 'test'],
  maxWords: Number.POSITIVE_INFINITY,
  async run(context) {
    const [action, ...words] = context.words
    if (action === 'test') return test(context, words)
    if (action === 'explain') return explain(context, words)
    throw usageError(
      'Use: mcp policy explain server=<name> operation=<name>, or mcp policy test <file>',
    )
  },
}

async function explain({ connect, output, signal }: CommandContext, words: readonly string[]) {
  const query = new URLSearchParams()
  for (const word of words) {
    const [key = '', value] = word.split(/=(.*)/s)
    if (value === undefined || !keys.includes(key)) {
      throw usageError(`Invalid argument "${word}": use ${keys.join('=, ')}=.`)
    }
    query.append(key, value)
  }
  const connection = await connect()
  const explanation = await connection.json('GET', `/policy/explain?${query}`, { signal })
  if (!isExplanation(explanation)) {
    throw new McpError('upstream-error', 'The hub did not return an explanation.')
  }
  const { reason, skipped, change } = explanation
  const rows = [
    ['decision', reason],
    ...skipped.map(({ name, line, because }) => [`not ${name} (line ${line})`, because]),
    ...change.map((text) => ['to change it', text]),
  ]
  output.table(['', 'reason'], rows, explanation)
}

function isExplanation(value: unknown): value is Explanation {
  return isRecord(value) && typeof value['reason'] === 'string' && Array.isArray(value['skipped'])
}

async function test({ output }: CommandContext, words: readonly string[]): Promise<number> {
  const [file, extra] = words
  if (file === undefined || extra !== undefined) throw usageError('Use: mcp policy test <file>')
  const [{ parsePolicy, runCases }, { createHub }] = await Promise.all([
    import('@mcp/policy'),
    import('@mcp/hub'),
  ])
  const parsed = parsePolicy(await readText(file), { file, allowsLocal: true })
  // The descriptions of the servers need no data folder.
  const hub = createHub({ mcp: false })
  try {
    const results = runCases(parsed, hub.dispatcher.descriptions())
    const rows = results.map(({ name, passed, problem }) => [
      name,
      passed ? 'ok' : 'failed',
      problem,
    ])
    output.table(['case', 'state', 'problem'], rows, results)
    const failed = results.filter(({ passed }) => !passed).length
    output.note(`${results.length} cases, ${failed} failed.`)
    return failed === 0 ? exitCodes.done : exitCodes.failed
  } finally {
    await hub.close()
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new McpError('not-found', `Cannot read "${file}".`, { cause })
  }
}
