import type { KeyPress } from './editor/keyboard.ts'
import { createTerminalAsk } from '../runs/ask-on-terminal.ts'
import { createTerminalRespond } from '../runs/respond-on-terminal.ts'
import type { RespondToServer } from '../runs/server-interactions.ts'
import { readAttachments } from '../runs/attachments.ts'
import type { AskUser } from '../runs/decide.ts'
import { createRunPrinter } from '../runs/print-run.ts'
import type { RunInput } from '../runs/run-api.ts'
import { createConversation, startRun } from '../runs/run-api.ts'
import { incompleteNote } from '../runs/run-summary.ts'
import { watchRun } from '../runs/watch-run.ts'
import { keyName } from './editor/edit-line.ts'
import { readLine } from './editor/line-editor.ts'
import type { LineContext } from './prompt.ts'
import { createWaitingNote } from './waiting-note.ts'

/** Runs a prompt or a direct form in the conversation of the prompt, and prints it while it is in progress. */
export async function runPrompt(text: string, context: LineContext): Promise<void> {
  const { prompt, signal } = context
  // An attachment contains a slash, a dot or a colon, so that "@name" alone stays text.
  const words = text.match(/(?<=^|\s)@[^\s@]*[/.:][^\s]*/g) ?? []
  const attachments = await readAttachments(words, prompt.connection, signal)
  return runInConversation({ prompt: text, attachments, model: prompt.state.model }, context)
}

export async function runInConversation(input: RunInput, context: LineContext): Promise<void> {
  const { prompt, signal } = context
  const { connection, output, state, terminal } = prompt
  state.conversationId ??= await createConversation(connection, signal)
  // Ctrl-C does not abort this request, because a started run would stay in progress. `watchRun` stops the run.
  const runId = await startRun(connection, state.conversationId, input, prompt.signal)
  // Calls and their progress are dimmed, so that the response is easy to find.
  const note = (line: string): void => output.aside(`${line}\n`)
  const printer = createRunPrinter({ ...output, note })
  const waiting = createWaitingNote(terminal.output, terminal)
  const { view } = await watchRun({
    connection,
    runId,
    allow: [],
    ask: askWithKeys(context, () => printer.endLine()),
    respond: respondWithLines(context, () => printer.endLine()),
    onEvent({ event }, after) {
      // Text of the previous step may be on the last line.
      if (event.type === 'step-started') printer.endLine()
      waiting.handle(event)
      printer.print(event, after)
    },
    onLost() {
      waiting.end()
      printer.endLine()
      output.note('The connection was lost. Connecting again.')
    },
    signal,
  }).finally(() => waiting.end())
  printer.endLine()
  if (view.reason === 'stopped') output.note('Stopped.')
  const problem = incompleteNote(view, 'Continue it with /continue.')
  if (problem !== undefined) output.problem(problem)
}

/** Asks about a call. One key is the response, and arguments are edited in the line editor. */
function askWithKeys(context: LineContext, endLine: () => void): AskUser {
  const { output, terminal } = context.prompt
  const request = createTerminalAsk({
    output,
    readLine: (question, signal) => readKey(question, context, signal),
    async edit(text) {
      const { signal } = context
      const input = await readLine(terminal, { sign: '  ', initial: text.trim(), signal })
      if (input.kind === 'line') return input.text
      throw new Error('The edit was cancelled.')
    },
  })
  return (call, options) => {
    endLine()
    return request(call, options)
  }
}

/** Requests the response to a server from the user. Ctrl-C or Ctrl-D in an empty line declines or cancels. */
function respondWithLines(context: LineContext, endLine: () => void): RespondToServer {
  const { output, terminal } = context.prompt
  const request = createTerminalRespond({
    output,
    async readLine(question, signal) {
      output.note(question.trimEnd())
      const input = await readLine(terminal, { sign: '  ', signal })
      return input.kind === 'line' ? input.text : undefined
    },
  })
  return (data, options) => {
    endLine()
    return request(data, options)
  }
}

/** Reads one of the keys y, n, a and e. Keys that were typed before the question do not count. */
function readKey(
  question: string,
  { prompt, interrupt }: LineContext,
  signal: AbortSignal,
): Promise<string> {
  const { keyboard, output } = prompt.terminal
  return new Promise((resolve, reject) => {
    output.write(question)
    function finish(): void {
      release()
      signal.removeEventListener('abort', abort)
    }
    function abort(): void {
      finish()
      output.write('\n')
      reject(signal.reason)
    }
    const release = keyboard.listen(({ key }: KeyPress) => {
      const name = keyName(key)
      if (name === 'ctrl-c') return interrupt()
      if (!/^[ynae]$/.test(name)) return undefined
      finish()
      output.write(`${name}\n`)
      resolve(name)
      return undefined
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
