import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import type { RunCall } from '@mcp/client/runs'
import { isRecord, McpError, parseJson } from '@mcp/protocol/light'
import type { DecisionBody } from '@mcp/protocol/rest'

import type { Output } from '../output/output.ts'
import { approvalLines } from './call-text.ts'
import type { AskUser } from './decide.ts'

export interface TerminalAskOptions {
  readonly output: Pick<Output, 'note'>
  /** Reads a line. Default: from standard input, with the question on standard error. */
  readonly readLine?: ((question: string, signal: AbortSignal) => Promise<string>) | undefined
  /** Lets the user edit a text. Default: with the program in `VISUAL` or `EDITOR`. */
  readonly edit?: ((text: string) => Promise<string>) | undefined
}

const question =
  'Allow? [y]es, once / [n]o / [a]lways in this conversation / [e]dit the arguments: '

/** Creates the function that asks the user of a terminal about a call. */
export function createTerminalAsk({
  output,
  readLine = readTerminalLine,
  edit = editText,
}: TerminalAskOptions): AskUser {
  return async (call, { signal, problem }) => {
    if (problem === undefined) for (const line of approvalLines(call)) output.note(line)
    else output.note(problem)
    for (;;) {
      const decision = await readDecision(call, await readLine(question, signal), edit)
      if (typeof decision !== 'string') return decision
      output.note(decision)
    }
  }
}

/** Returns the decision that a response means, or the problem of the response. */
async function readDecision(
  call: RunCall,
  response: string,
  edit: (text: string) => Promise<string>,
): Promise<DecisionBody | string> {
  switch (response.trim().toLowerCase()) {
    case 'y':
    case 'yes':
      return { decision: 'once' }
    case 'n':
    case 'no':
      return { decision: 'deny' }
    case 'a':
    case 'always':
      return { decision: 'conversation' }
    case 'e':
    case 'edit': {
      try {
        const edited = parseJson(await edit(`${JSON.stringify(call.arguments, undefined, 2)}\n`))
        if (isRecord(edited) && !Array.isArray(edited))
          return { decision: 'once', arguments: edited }
        return 'The arguments must be a JSON object.'
      } catch (thrown) {
        return `The arguments are unchanged: ${thrown instanceof Error ? thrown.message : String(thrown)}`
      }
    }
    default:
      return 'Enter y, n, a or e.'
  }
}

/**
 * Reads a line from standard input. The terminal stays in its normal mode, so Ctrl-C interrupts the
 * command. The end of the input is a no.
 */
function readTerminalLine(text: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
    const abort = (): void => {
      process.stderr.write('\n')
      lines.close()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    lines.once('close', () => {
      signal.removeEventListener('abort', abort)
      resolve('n')
    })
    lines.question(text, (line) => {
      resolve(line)
      lines.close()
    })
  })
}

/** Lets the user edit a text in a file that only this user can read. */
async function editText(text: string): Promise<string> {
  const fallback = process.platform === 'win32' ? 'notepad' : 'vi'
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || fallback
  const folder = await mkdtemp(join(tmpdir(), 'mcp-edit-'))
  try {
    const file = join(folder, 'arguments.json')
    await writeFile(file, text, { mode: 0o600 })
    // The variable may contain options, such as "code --wait".
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (code !== 0) throw new McpError('internal', `"${editor}" ended with exit code ${code}.`)
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
