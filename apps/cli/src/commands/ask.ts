import { usageError } from '../output/exit-codes.ts'
import { toPlainJson } from '../output/terminal-text.ts'
import type { Connection } from '../remote/connection.ts'
import { createTerminalAsk } from '../runs/ask-on-terminal.ts'
import { readAttachments } from '../runs/attachments.ts'
import { createRunPrinter } from '../runs/print-run.ts'
import type { RunInput } from '../runs/run-api.ts'
import { createConversation, lastConversation, startRun } from '../runs/run-api.ts'
import { exitCodeOfRun, incompleteNote, summarizeRun } from '../runs/run-summary.ts'
import { createTerminalRespond } from '../runs/respond-on-terminal.ts'
import type { WatchOptions } from '../runs/watch-run.ts'
import { watchRun } from '../runs/watch-run.ts'
import { readInput } from './call.ts'
import type { CommandContext, RemoteCommand } from './run-remote.ts'

export const ask: RemoteCommand = {
  name: 'ask',
  usage: '<prompt> [@path] [@URI]',
  description:
    'Runs a prompt or a direct form, such as "select 1", and prints the response as it comes. Text on standard input is appended to the prompt.',
  values: {
    conversation:
      'Id of the conversation that the prompt continues, or "last". Default: a new one.',
    model: 'Name of the model. Default: that of the conversation, else of the hub.',
    allow: 'Operations that need no approval in this run, such as internet.fetch,roots.*.',
  },
  flags: {
    'allow-all': 'No call needs approval, not even after text from outside was read.',
    continue: 'Continue the last run of --conversation in place of a prompt.',
    stream: 'Print the events of the run, one JSON object per line.',
  },
  maxWords: Number.POSITIVE_INFINITY,
  async run(context) {
    const { connect, output, signal, flags } = context
    const allow = readAllow(context)
    const { words, prompt } = await readPrompt(context)
    const connection = await connect()
    const input: RunInput =
      prompt === undefined
        ? 'continue'
        : {
            prompt,
            attachments: await readAttachments(words, connection, signal),
            model: context.values['model'],
          }
    const conversationId = await openConversation(context, connection)
    const runId = await startRun(connection, conversationId, input, signal)

    const printer = createRunPrinter(output)
    const isStream = flags.has('stream')
    const isQuiet = isStream || flags.has('json')
    const watched = await watchRun({
      connection,
      runId,
      allow,
      ...(isInteractive() && askAfterLine(() => printer.endLine(), output)),
      onEvent(event, view) {
        if (isStream) output.text(`${toPlainJson(event)}\n`)
        else if (!isQuiet) printer.print(event.event, view)
      },
      onLost() {
        printer.endLine()
        output.note('The connection was lost. Connecting again.')
      },
      signal,
    })
    printer.endLine()
    const note = incompleteNote(watched.view)
    if (note !== undefined) output.note(`mcp ask: ${note}`)
    for (const { name, remedy } of watched.denied) {
      output.note(`mcp ask: ${name} was denied. ${remedy} would have allowed it.`)
    }
    if (process.stderr.isTTY) output.note(`Conversation: ${conversationId}`)
    signal.throwIfAborted()
    if (flags.has('json')) output.data(summarizeRun({ conversationId, runId }, watched))
    return exitCodeOfRun(watched)
  },
}

/** Returns the prompt with the text of standard input, and the words that name attachments. */
async function readPrompt({ words: all, values, flags }: CommandContext) {
  const words = all.filter((word) => word.startsWith('@'))
  const texts = all.filter((word) => !word.startsWith('@'))
  if (flags.has('continue')) {
    if (all.length > 0) throw usageError('--continue cannot be combined with a prompt.')
    if (values['conversation'] === undefined) throw usageError('--continue needs --conversation.')
    return { words, prompt: undefined }
  }
  const input = process.stdin.isTTY ? '' : await readInput()
  const prompt = [texts.join(' '), input.trimEnd()].filter((part) => part !== '').join('\n\n')
  if (prompt === '') throw usageError('The prompt is missing.')
  return { words, prompt }
}

function readAllow({ values, flags }: CommandContext): readonly string[] | 'all' {
  if (flags.has('allow-all')) return 'all'
  const patterns = values['allow']?.split(',').map((pattern) => pattern.trim()) ?? []
  const invalid = patterns.find((pattern) => !/^[\w-]+\.(?:[\w.-]+\.)?(?:[\w-]+|\*)$/.test(pattern))
  if (invalid === undefined) return patterns
  throw usageError(`--allow: "${invalid}" is neither an operation nor all of a server, "roots.*".`)
}

function openConversation(
  { values, signal }: CommandContext,
  connection: Connection,
): Promise<string> | string {
  const { conversation } = values
  if (conversation === undefined) return createConversation(connection, signal)
  return conversation === 'last' ? lastConversation(connection, signal) : conversation
}

function isInteractive(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/** Returns the functions that ask the user, on a new line. */
function askAfterLine(
  endLine: () => void,
  output: CommandContext['output'],
): Pick<WatchOptions, 'ask' | 'respond'> {
  const request = createTerminalAsk({ output })
  const requestResponse = createTerminalRespond({ output })
  return {
    ask(call, options) {
      endLine()
      return request(call, options)
    },
    respond(data, options) {
      endLine()
      return requestResponse(data, options)
    },
  }
}
