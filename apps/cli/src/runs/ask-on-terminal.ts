import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RunCall } from '@mcp/client/runs'
import { isRecord, McpError, parseJson } from '@mcp/protocol/light'
import type { DecisionBody } from '@mcp/protocol/rest'

import type { Output } from '../output/output.ts'
import { approvalLines } from './call-text.ts'
import type { AskUser } from './decide.ts'
import type { ReadTerminalLine } from './terminal-line.ts'
import { readTerminalLine } from './terminal-line.ts'

export interface TerminalAskOptions {
  readonly output: Pick<Output, 'note'>
  /** Reads a line. Default: from standard input, with the question on standard error. */
  readonly readLine?: ReadTerminalLine | undefined
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
      // The end of the input means no.
      const response = (await readLine(question, signal)) ?? 'n'
      const decision = await readDecision(call, response, edit)
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
