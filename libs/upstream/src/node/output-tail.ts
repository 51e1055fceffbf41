import { createLineReader } from '@mcp/files'

/** The last lines that a process has written to stderr. */
export interface OutputTail {
  push(chunk: Buffer): void
  lines(): readonly string[]
}

const maxLines = 20
const maxLineBytes = 2000

/** Keeps the last lines of an output. Its memory is bounded, also for an output without line breaks. */
export function createOutputTail(filter: (text: string) => string): OutputTail {
  const lines: string[] = []
  const add = (line: string): void => {
    lines.push(line)
    if (lines.length > maxLines) lines.shift()
  }
  const reader = createLineReader({
    maxBytes: maxLineBytes,
    onLine: (line) => add(filter(line)),
    onTooLong: () => add(`(a line of more than ${maxLineBytes} bytes)`),
  })
  return { push: (chunk) => reader.push(chunk), lines: () => [...lines] }
}
