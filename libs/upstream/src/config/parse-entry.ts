import { isRecord, nearNames } from '@mcp/protocol'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { AddProblem } from './config-problem.ts'
import type { EntryFields } from './entry-fields.ts'
import { createFieldReader } from './entry-fields.ts'
import { parseHubOptions } from './entry-hub.ts'
import { parseTransport } from './entry-transport.ts'
import type { Variables } from './expand-variables.ts'

export interface ParseEntryOptions {
  readonly name: string
  /** Path of the entry in the file. */
  readonly path: readonly string[]
  readonly variables: Variables
  readonly addProblem: AddProblem
  readonly addWarning: AddProblem
}

const keys = ['command', 'args', 'env', 'cwd', 'url', 'headers', 'type', 'disabled', 'hub']

/**
 * Parses one entry of an MCP configuration file. Returns undefined for an entry with problems, and `disabled`
 * for a disabled entry.
 */
export function parseEntry(
  value: unknown,
  options: ParseEntryOptions,
): UpstreamEntry | 'disabled' | undefined {
  const { name, path, variables, addWarning } = options
  let hasProblem = false
  const addProblem: AddProblem = (at, message) => {
    hasProblem = true
    options.addProblem([...path, ...at], message)
  }
  if (!isRecord(value)) {
    addProblem([], 'must be an object with "command" or "url"')
    return undefined
  }
  const read = createFieldReader({ variables, addProblem })
  const isDisabled = read.flag(value, 'disabled')
  // The variables of a disabled entry may be missing.
  if (isDisabled) return 'disabled'
  const command = read.text(value, 'command')
  const url = read.url(value, 'url')
  const transport = parseTransport(value, addProblem)
  const hub = parseHubOptions(value, read, addProblem)
  const env = read.texts(value, 'env')
  const headers = read.texts(value, 'headers')
  const args = read.list(value, 'args')
  const cwd = read.text(value, 'cwd')
  warnOfMisspellings(value, (at, message) => addWarning([...path, ...at], message))
  if (hasProblem || hub === undefined || transport === undefined) return undefined
  if (transport === 'stdio') {
    return { transport, name, command: command ?? '', args, env, cwd, hub }
  }
  return { transport, name, url: url ?? '', headers, hub }
}

function warnOfMisspellings(fields: EntryFields, addWarning: AddProblem): void {
  for (const key of Object.keys(fields)) {
    if (keys.includes(key)) continue
    const [near] = nearNames(key, keys)
    // A key that is not similar to a supported one, such as "timeout", is meant for another program.
    if (near === undefined || Math.abs(near.length - key.length) > 1) continue
    if (fields[near] === undefined) {
      addWarning([key], `unknown key, which has no effect. Did you mean "${near}"?`)
    }
  }
}
