import type { CommandContext, RemoteCommand } from '../commands/run-remote.ts'
import { exitCodes, usageError } from '../output/exit-codes.ts'
import { readServers } from '../remote/catalogue.ts'
import { lastConversation } from '../runs/run-api.ts'
import { completeLine } from './completion/complete-line.ts'
import { createCompletionSources } from './completion/value-sources.ts'
import { createKeyboard } from './editor/keyboard.ts'
import { readLine } from './editor/line-editor.ts'
import { addToHistory, readHistory } from './history.ts'
import type { Prompt } from './prompt.ts'
import { runLine } from './run-line.ts'
import type { NamedCommand } from './slash-commands.ts'
import { createSlashCommands } from './slash-commands.ts'

const sign = '› '

/** Creates the command that opens a prompt, in which the commands are available with `/`. */
export function createPrompt(commands: Readonly<Record<string, NamedCommand>>): RemoteCommand {
  return {
    name: '',
    usage: '[--conversation <id>] [--model <name>]',
    description:
      'Opens a prompt. Each line is a prompt for the model, a direct form such as "select 1", or a command such as /help.',
    values: {
      conversation: 'Id of the conversation to continue, or "last". Default: a new one.',
      model: 'Name of the model. Default: that of the conversation, else of the hub.',
    },
    async run(context) {
      if (!process.stderr.isTTY) {
        throw usageError('A prompt needs a terminal on standard error. Use mcp ask.')
      }
      const { connect, output, signal, values } = context
      const connection = await connect()
      // Reports a hub that cannot be reached before the first line is typed.
      await readServers(connection, signal)
      const { conversation, model } = values
      const conversationId =
        conversation === 'last' ? await lastConversation(connection, signal) : conversation
      const keyboard = createKeyboard(process.stdin, process.stderr)
      try {
        return await readLines(context, {
          connection,
          output,
          signal,
          commands: createSlashCommands(commands),
          terminal: { keyboard, output: process.stderr, hasColor: output.hasColor },
          state: { conversationId, model },
        })
      } finally {
        keyboard.close()
      }
    },
  }
}

/** Reads and runs lines until the user quits. Resolves with the exit code. */
async function readLines({ connect }: CommandContext, prompt: Prompt): Promise<number> {
  const { terminal, output, signal, commands } = prompt
  const sources = createCompletionSources(connect, commands)
  const complete = (text: string) => completeLine(text, sources)
  const history = readHistory()
  // A second Ctrl-C quits, whether the first one stopped a run or not.
  let isInterrupted = false
  for (;;) {
    const input = await readLine(terminal, { sign, history, complete, signal })
    signal.throwIfAborted()
    if (input.kind === 'end') return exitCodes.done
    if (input.kind === 'interrupt') {
      if (isInterrupted) return exitCodes.interrupted
      isInterrupted = true
      output.note('Press Ctrl-C again or Ctrl-D to quit.')
      continue
    }
    const text = input.text.trim()
    isInterrupted = false
    if (text === '') continue
    if (!input.text.startsWith(' ')) {
      history.unshift(text)
      addToHistory(text)
    }
    if (text === '/quit') return exitCodes.done
    const end = await runLine(text, prompt)
    terminal.output.write('\n')
    signal.throwIfAborted()
    if (end === 'left') return exitCodes.interrupted
    isInterrupted = end === 'stopped'
  }
}
