import { didYouMean, McpError, nearNames } from '@mcp/protocol/light'

import { usageError } from '../output/exit-codes.ts'
import { keyName } from './editor/edit-line.ts'
import type { LineContext, Prompt } from './prompt.ts'
import { runPrompt } from './run-prompt.ts'

/** End of a line: it is done, Ctrl-C stopped it, or a second Ctrl-C quit the prompt. */
export type LineEnd = 'done' | 'stopped' | 'left'

/** Runs a line: a command after `/`, otherwise a prompt or a direct form. Prints its error. */
export async function runLine(text: string, prompt: Prompt): Promise<LineEnd> {
  const { keyboard } = prompt.terminal
  const stop = new AbortController()
  const left = Promise.withResolvers<LineEnd>()
  const interrupt = (): void => {
    if (stop.signal.aborted) left.resolve('left')
    stop.abort(new McpError('cancelled', 'Stopped.'))
  }
  const release = keyboard.listen(({ key }) => {
    if (keyName(key) !== 'ctrl-c') return false
    interrupt()
    return true
  })
  const signal = AbortSignal.any([prompt.signal, stop.signal])
  const ended = run(text, { prompt, signal, interrupt }).then((): LineEnd =>
    stop.signal.aborted ? 'stopped' : 'done',
  )
  try {
    return await Promise.race([ended, left.promise])
  } finally {
    release()
  }
}

/** Runs a line and prints its error. Never rejects, so that an error does not end the prompt. */
async function run(text: string, context: LineContext): Promise<void> {
  const { commands, output } = context.prompt
  try {
    const [, name, rest = ''] = /^\/([a-z-]+)(?:\s+(.*))?$/s.exec(text) ?? []
    const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command !== undefined) return await command.run(rest, context)
    if (name !== undefined) checkUnknown(name, rest, Object.keys(commands))
    await runPrompt(text, context)
  } catch (thrown) {
    if (context.signal.aborted) return output.note('Stopped.')
    output.problem(McpError.from(thrown).message)
  }
}

/**
 * Refuses a word that resembles a command, and a single word other than `ls`. Other text may be a direct form.
 * Direct forms can also begin with `/`, such as `/ls`.
 */
function checkUnknown(name: string, rest: string, names: readonly string[]): void {
  const near = nearNames(name, names)
  if (near.length === 0 && (rest !== '' || name === 'ls')) return
  const suggestion = didYouMean(near.map((each) => `/${each}`))
  throw usageError(`Unknown command "/${name}"${suggestion} /help lists the commands.`)
}
