import { styleText } from 'node:util'

import { isRecord } from '@mcp/protocol'

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

/** A line of a JSON log as a person reads it. */
export function formatLine(line: string): string {
  const entry: unknown = JSON.parse(line)
  if (!isRecord(entry)) return line
  const { level, time, name, msg, ...facts } = entry
  const clockTime = String(time).slice(11, 19)
  const label = styleText(colors.get(level) ?? 'blue', (names.get(level) ?? '').padEnd(5))
  const rest = Object.entries(facts).map(([key, value]) => ` ${key}=${shown(value)}`)
  return `${clockTime} ${label} ${String(name)}: ${String(msg)}${rest.join('')}\n`
}

function shown(value: unknown): string {
  if (isRecord(value) && typeof value['stack'] === 'string') return `\n${value['stack']}`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
