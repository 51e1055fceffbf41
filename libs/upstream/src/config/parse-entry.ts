import { isRecord, nearNames } from '@mcp/protocol'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import type { AddProblem } from './config-problem.ts'
import type { Variables } from './expand-variables.ts'
import { expandVariables } from './expand-variables.ts'

export interface ParseEntryOptions {
  readonly name: string
  /** Path of the entry in the file. */
  readonly path: readonly string[]
  readonly variables: Variables
  readonly addProblem: AddProblem
  readonly addWarning: AddProblem
}

const keys = ['command', 'args', 'env', 'cwd', 'url', 'headers', 'type', 'disabled', 'hub']

/** Spellings of the transports in the files of other programs. */
const transports: ReadonlyMap<string, UpstreamEntry['transport']> = new Map([
  ['stdio', 'stdio'],
  ['http', 'http'],
  ['streamable-http', 'http'],
  ['streamableHttp', 'http'],
  ['streamable_http', 'http'],
  ['sse', 'sse'],
])

/**
 * Parses one entry of a file of servers. Returns undefined for an entry with problems, and `disabled` for
 * one that is not used.
 */
export function parseEntry(
  value: unknown,
  options: ParseEntryOptions,
): UpstreamEntry | 'disabled' | undefined {
  const { name, path } = options
  let hasProblem = false
  const reader = createReader({
    ...options,
    addProblem(at, message) {
      hasProblem = true
      options.addProblem([...path, ...at], message)
    },
  })
  if (!isRecord(value)) {
    options.addProblem(path, 'must be an object with "command" or "url"')
    return undefined
  }
  const isDisabled = reader.flag(value, 'disabled')
  // The variables of a disabled entry may be missing.
  if (isDisabled) return 'disabled'
  const command = reader.text(value, 'command')
  const url = reader.url(value, 'url')
  const transport = reader.transport(value)
  const hub = reader.hub(value)
  const env = reader.texts(value, 'env')
  const headers = reader.texts(value, 'headers')
  const args = reader.list(value, 'args')
  const cwd = reader.text(value, 'cwd')
  reader.warnOfMisspellings(value)
  if (hasProblem || hub === undefined || transport === undefined) return undefined
  if (transport === 'stdio') {
    return { transport, name, command: command ?? '', args, env, cwd, hub }
  }
  return { transport, name, url: url ?? '', headers, hub }
}

type Fields = Readonly<Record<string, unknown>>

// It is one function because all readers share the options.
// oxlint-disable-next-line max-lines-per-function
function createReader({ variables, addProblem, addWarning, path }: ParseEntryOptions) {
  function expand(text: string, at: readonly string[]): string | undefined {
    const expanded = expandVariables(text, variables)
    if ('value' in expanded) return expanded.value
    addProblem(at, expanded.problem)
    return undefined
  }

  function text(fields: Fields, key: string): string | undefined {
    const value = fields[key]
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.trim() !== '') return expand(value, [key])
    addProblem([key], 'must be a text that is not empty')
    return undefined
  }

  return {
    text,
    flag(fields: Fields, key: string): boolean {
      const value = fields[key]
      if (value === undefined || typeof value === 'boolean') return value === true
      addProblem([key], 'must be true or false')
      return false
    },
    list(fields: Fields, key: string): string[] {
      const value = fields[key] ?? []
      if (!Array.isArray(value)) {
        addProblem([key], 'must be a list of texts, such as ["-y", "package"]')
        return []
      }
      return value.flatMap((item: unknown, index) => {
        if (typeof item === 'string') return expand(item, [key, String(index)]) ?? []
        addProblem([key, String(index)], 'must be a text')
        return []
      })
    },
    texts(fields: Fields, key: string): Record<string, string> {
      const value = fields[key] ?? {}
      if (!isRecord(value)) {
        addProblem([key], 'must be an object of texts')
        return {}
      }
      const texts: Record<string, string> = {}
      for (const [name, item] of Object.entries(value)) {
        // Many files contain numbers here.
        const scalar = typeof item === 'number' || typeof item === 'boolean' ? String(item) : item
        if (typeof scalar === 'string') texts[name] = expand(scalar, [key, name]) ?? ''
        else addProblem([key, name], 'must be a text')
      }
      return texts
    },
    url(fields: Fields, key: string): string | undefined {
      const address = text(fields, key)
      if (address === undefined) return undefined
      if (/^https?:$/.test(URL.parse(address)?.protocol ?? '')) return address
      addProblem([key], 'must be an http or https URL')
      return undefined
    },
    transport(fields: Fields): UpstreamEntry['transport'] | undefined {
      const { type, command, url } = fields
      if (command !== undefined && url !== undefined) {
        addProblem([], 'has both "command" and "url". Remove one of them')
        return undefined
      }
      if (command === undefined && url === undefined) {
        const near = Object.keys(fields).find((key) => /command|cmd|url/i.test(key))
        const remedy = near === undefined ? '' : `. Rename "${near}"`
        addProblem([], `has neither "command" nor "url"${remedy}`)
        return undefined
      }
      const isProcess = command !== undefined
      if (type === undefined) {
        if (isProcess) return 'stdio'
        return isSseAddress(url) ? 'sse' : 'http'
      }
      const transport = typeof type === 'string' ? transports.get(type) : undefined
      if (transport === undefined) {
        addProblem(['type'], 'must be "stdio", "http" or "sse"')
      } else if ((transport === 'stdio') !== isProcess) {
        const right = isProcess ? '"stdio"' : '"http" or "sse"'
        addProblem(
          ['type'],
          `must be ${right} for an entry with "${isProcess ? 'command' : 'url'}"`,
        )
      }
      return transport
    },
    hub({ hub = {} }: Fields) {
      const parsed = upstreamOptionsSchema.safeParse(hub)
      if (parsed.success) return parsed.data
      for (const issue of parsed.error.issues) {
        const at = ['hub', ...issue.path.map(String)]
        if (issue.code !== 'unrecognized_keys') addProblem(at, lowerFirst(issue.message))
        else for (const key of issue.keys) addProblem([...at, key], unknownKey(key))
      }
      return undefined
    },
    warnOfMisspellings(fields: Fields): void {
      for (const key of Object.keys(fields)) {
        if (keys.includes(key)) continue
        const [near] = nearNames(key, keys)
        // A key of another program, such as "timeout", is left alone.
        if (near === undefined || Math.abs(near.length - key.length) > 1) continue
        if (fields[near] === undefined) {
          addWarning([...path, key], `unknown key, which has no effect. Did you mean "${near}"?`)
        }
      }
    },
  }
}

/** Most servers with the older transport have this path. */
function isSseAddress(url: unknown): boolean {
  return typeof url === 'string' && URL.parse(url)?.pathname.endsWith('/sse') === true
}

function unknownKey(key: string): string {
  const names = Object.keys(upstreamOptionsSchema.shape)
  const [near] = nearNames(key, names)
  const remedy = near === undefined ? `Known keys: ${names.join(', ')}` : `Did you mean "${near}"?`
  return `unknown key. ${remedy}`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
