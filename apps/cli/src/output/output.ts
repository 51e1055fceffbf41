import { formatValue } from './format-value.ts'
import { formatTable } from './table.ts'
import { stripControls, toPlainJson } from './terminal-text.ts'

/** Output of a command: data on standard output, all else on standard error. */
export interface Output {
  /** Whether data is printed as JSON: on request, and if standard output is not a terminal. */
  readonly isJson: boolean
  readonly hasColor: boolean
  /** Prints one value. `text` formats it for a terminal. Default: {@link formatValue}. */
  data(value: unknown, text?: () => string): void
  /** Prints one value as JSON, on a terminal too. */
  json(value: unknown): void
  /** Prints rows: a table on a terminal, otherwise the values as one JSON array. */
  table(columns: readonly string[], rows: readonly (readonly unknown[])[], values: unknown): void
  /** Writes text to standard output without its control characters, and adds no line feed. */
  text(text: string): void
  /** Prints one line on standard error. */
  note(text: string): void
  /** Prints a problem on standard error, in red on a terminal. */
  problem(text: string): void
  /** Writes text to standard error without its control characters, dimmed on a terminal. Adds no line feed. */
  aside(text: string): void
}

/** Creates the output of this process. */
export function createOutput({ json }: { readonly json: boolean }): Output {
  const { stdout, stderr } = process
  const isJson = json || !stdout.isTTY
  const isColorful = process.env['NO_COLOR'] === undefined || process.env['NO_COLOR'] === ''
  const isCapable = isColorful && process.env['TERM'] !== 'dumb'
  const hasColor = stdout.isTTY && isCapable
  // A terminal of unknown size has 0 columns.
  const width = (stdout.isTTY ? stdout.columns : 0) || Number.POSITIVE_INFINITY
  const line = (text: string): void => void stdout.write(`${text}\n`)
  const data: Output['data'] = (value, text) => {
    if (isJson) line(toPlainJson(value))
    else line(text === undefined ? formatValue(value, { width, hasColor }) : text())
  }
  const styled = (start: number, end: number, text: string): string => {
    const plain = stripControls(text)
    return stderr.isTTY && isCapable ? `\u001b[${start}m${plain}\u001b[${end}m` : plain
  }
  // A reader such as `head` closes the pipe before the end of the output. That is not a failure.
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      process.exit(code === 'EPIPE' ? (process.exitCode ?? 0) : 1)
    })
  }
  return {
    isJson,
    hasColor,
    data,
    json: (value) => line(toPlainJson(value)),
    table(columns, rows, values) {
      data(values, () => formatTable({ columns, rows, width, hasColor }))
    },
    text: (text) => void stdout.write(stripControls(text)),
    note: (text) => void stderr.write(`${stripControls(text)}\n`),
    problem: (text) => void stderr.write(`${styled(31, 39, text)}\n`),
    aside: (text) => void stderr.write(styled(2, 22, text)),
  }
}
