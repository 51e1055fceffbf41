import { convertValue } from '@mcp/direct-forms/light'
import type { InteractionResponse } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import type { ArgumentDescription } from '../calls/schema-text.ts'
import { argumentText } from '../calls/schema-text.ts'
import { formatCell } from '../output/table.ts'
import type { Output } from '../output/output.ts'
import type { InteractionData, RespondToServer } from './server-interactions.ts'
import type { ReadTerminalLine } from './terminal-line.ts'
import { readTerminalLine } from './terminal-line.ts'

export interface TerminalRespondOptions {
  readonly output: Pick<Output, 'note'>
  /** Default: from standard input, with the question on standard error. */
  readonly readLine?: ReadTerminalLine | undefined
}

/** Creates the function that asks the user of a terminal for the response to a server. */
export function createTerminalRespond({
  output,
  readLine = readTerminalLine,
}: TerminalRespondOptions): RespondToServer {
  return async (data, { signal, problem }) => {
    const { kind, message, url, schema } = data
    if (problem !== undefined) output.note(problem)
    output.note(`A server requires a response: ${typeof message === 'string' ? message : ''}`)
    if (typeof url === 'string') output.note(`  Open ${url}`)
    if (kind === 'sampling' || kind === 'roots') {
      output.note(`The terminal cannot respond to "${kind}", so the request is declined.`)
      return { action: 'decline' }
    }
    const response = await readLine('Respond? [y]es / [n]o: ', signal)
    if (!/^y(es)?$/i.test(response?.trim() ?? '')) return { action: 'decline' }
    if (!isRecord(schema)) return { action: 'accept' }
    return readContent(schema, { output, readLine, signal })
  }
}

interface ContentOptions extends Required<TerminalRespondOptions> {
  readonly readLine: ReadTerminalLine
  readonly signal: AbortSignal
}

/** Reads the content of a response, one property after the other. */
async function readContent(
  schema: InteractionData,
  options: ContentOptions,
): Promise<InteractionResponse> {
  const content: Record<string, unknown> = {}
  for (const field of fieldsOf(schema)) {
    const value = await readField(field, schema, options)
    if (value === 'end') return { action: 'cancel' }
    if (value !== undefined) {
      Object.defineProperty(content, field.name, { value: value.value, enumerable: true })
    }
  }
  return { action: 'accept', content }
}

/**
 * Reads a property until it is valid. Returns undefined if the user leaves it out, or 'end' if the input ends.
 */
async function readField(
  field: ArgumentDescription,
  root: InteractionData,
  { output, readLine, signal }: ContentOptions,
): Promise<{ readonly value: unknown } | 'end' | undefined> {
  const { name, schema, isRequired } = field
  output.note(`  ${argumentText(field)}`)
  for (;;) {
    const text = await readLine(`${formatCell(name)}: `, signal)
    if (text === undefined) return 'end'
    const { default: preset } = schema
    if (text === '' && preset !== undefined) return { value: preset }
    if (text === '' && !isRequired) return undefined
    const read = convertValue(name, text, schema, root)
    if (!('problem' in read)) return read
    output.note(read.problem)
  }
}

function fieldsOf({ properties, required }: InteractionData): ArgumentDescription[] {
  const names: unknown[] = Array.isArray(required) ? required : []
  return Object.entries(isRecord(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    schema: isRecord(schema) ? schema : {},
    isRequired: names.includes(name),
  }))
}
