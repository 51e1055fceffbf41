import { styleText } from 'node:util'

import { isRecord } from '@mcp/protocol'

import { escapeControls } from './escape-controls.ts'

const colors = new Map<unknown, 'blue' | 'green' | 'yellow' | 'red'>([
  [20, 'blue'],
  [30, 'green'],
  [40, 'yellow'],
  [50, 'red'],
  [60, 'red'],
])
const names = new Map<unknown, string>([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
])

/** Formats a line of a JSON log for a terminal. */
export function formatLine(line: string): string {
  const entry: unknown = JSON.parse(line)
  if (!isRecord(entry)) return line
  const { level, time, name, msg, ...fields } = entry
  const clockTime = String(time).slice(11, 19)
  const label = styleText(colors.get(level) ?? 'blue', (names.get(level) ?? '').padEnd(5))
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${escapeControls(key)}=${format(value)}`,
  )
  const message = escapeControls(String(msg))
  return `${clockTime} ${label} ${escapeControls(String(name))}: ${message}${rest.join('')}\n`
}

function format(value: unknown): string {
  if (isRecord(value) && typeof value['stack'] === 'string') return formatStack(value['stack'])
  return escapeControls(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Indents each line, so that a line break in an error message does not start a new entry. */
function formatStack(stack: string): string {
  const lines = stack.split('\n').map((line) => `\n  ${escapeControls(line)}`)
  return lines.join('')
}
