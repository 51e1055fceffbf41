import type { RemoteCommand } from '../commands/run-remote.ts'
import { runInPrompt } from '../commands/run-remote.ts'
import { splitWords } from '@mcp/direct-forms/light'
import { isRecord } from '@mcp/protocol/light'

import { usageError } from '../output/exit-codes.ts'
import { lastConversation } from '../runs/run-api.ts'
import type { LineContext, SlashCommand } from './prompt.ts'
import { runInConversation } from './run-prompt.ts'

/** A command of the command line. */
export interface NamedCommand {
  readonly summary: string
  readonly loadRemote?: (() => Promise<RemoteCommand>) | undefined
}

// These commands read standard input, or have no use in a prompt.
const omitted = new Set(['ask', 'lines', 'completion'])

/**
 * Returns the commands of the prompt: its own, and most of those of the command line that can connect to a hub.
 */
export function createSlashCommands(
  named: Readonly<Record<string, NamedCommand>>,
): Readonly<Record<string, SlashCommand>> {
  const shared = Object.entries(named).flatMap(([name, { summary, loadRemote }]) =>
    loadRemote === undefined || omitted.has(name)
      ? []
      : [[name, { summary, run: runNamed(loadRemote), actions: actionsOf(loadRemote) }] as const],
  )
  const commands: Readonly<Record<string, SlashCommand>> = {
    help: { summary: 'List the commands and keys', run: async (_rest, context) => help(context) },
    new: { summary: 'Start a new conversation', run: startConversation },
    conversation: { summary: 'Show the conversation, or continue another one', run: conversation },
    continue: {
      summary: 'Continue the last run after a limit or an interruption',
      run: (_rest, context) => runInConversation('continue', context),
    },
    model: { summary: 'Show the model, or use another one for the next prompts', run: model },
    quit: { summary: 'Quit the prompt', run: async () => {} },
    ...Object.fromEntries(shared),
  }
  return commands
}

function actionsOf(load: () => Promise<RemoteCommand>): () => Promise<readonly string[]> {
  return async () => (await load()).actions ?? []
}

function runNamed(load: () => Promise<RemoteCommand>): SlashCommand['run'] {
  return async (rest, { prompt, signal }) => {
    const words = splitWords(rest)
    if (words === undefined) throw usageError('A quote or a bracket is not closed.')
    // Standard input is the terminal of the prompt.
    if (words.includes('-')) throw usageError('Standard input is not available. Use --args.')
    const connect = async () => prompt.connection
    await runInPrompt(await load(), words, { connect, output: prompt.output, signal })
  }
}

async function startConversation(_rest: string, { prompt }: LineContext): Promise<void> {
  prompt.state.conversationId = undefined
  prompt.output.note('The next prompt starts a new conversation.')
}

async function conversation(rest: string, { prompt, signal }: LineContext): Promise<void> {
  const { connection, output, state } = prompt
  const id =
    rest === 'last' ? await lastConversation(connection, signal) : rest || state.conversationId
  if (id === undefined) return output.note('The next prompt starts a new conversation.')
  const found = await connection.json('GET', `/conversations/${encodeURIComponent(id)}`, { signal })
  state.conversationId = id
  output.note(`Conversation ${id}: ${String(isRecord(found) ? found['title'] : '')}`)
}

async function model(rest: string, { prompt: { output, state } }: LineContext): Promise<void> {
  if (rest === '') return output.note(`Model: ${state.model ?? 'the default of the conversation'}`)
  state.model = rest
  output.note(`Model: ${rest}`)
}

function help({ prompt: { output, commands } }: LineContext): void {
  const names = Object.entries(commands)
  const width = Math.max(...names.map(([name]) => name.length)) + 3
  output.note(
    [
      'A line is a prompt, a direct form such as "select 1", or a command:',
      ...names.map(([name, { summary }]) => `  ${`/${name}`.padEnd(width)}${summary}`),
      '',
      'Keys:',
      ...keys.map(([key, meaning]) => `  ${key.padEnd(width)}${meaning}`),
    ].join('\n'),
  )
}

const keys = [
  ['Tab', 'Complete commands, operations, arguments, paths, tables and URIs'],
  ['Up, Down', 'Earlier lines that begin with the typed text'],
  ['Ctrl-R', 'Earlier lines that contain the typed text'],
  ['\\ Enter', 'Continue on a further line; an open quote or bracket does so, too'],
  ['Ctrl-C', 'Stop the run in progress, or clear the line; twice: quit'],
  ['Ctrl-D', 'Quit'],
] as const
