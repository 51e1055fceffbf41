import type { Issue } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import { configError } from './config-problem.ts'
import type { Variables } from './expand-variables.ts'
import { parseEntry } from './parse-entry.ts'
import { stripComments } from './strip-comments.ts'

/** The content of an MCP configuration file. */
export interface UpstreamConfig {
  readonly entries: readonly UpstreamEntry[]
  /** Names of the entries with `disabled`. */
  readonly disabled: readonly string[]
  /** Keys that are likely misspelt, and names that were changed. */
  readonly warnings: readonly string[]
}

export interface ParseConfigOptions {
  /** Path of the file, for errors. */
  readonly file: string
  /** Variables that the file may use. */
  readonly variables: Variables
}

const maxNameLength = 40

/**
 * Parses an MCP configuration file: an object with `mcpServers`, or with `servers` as Visual Studio Code writes
 * it.
 *
 * @throws McpError `invalid-params` that lists the first problems with their paths. It contains no values of
 * the file, because values of `env` and `headers` are secrets.
 *
 * @example
 * parseConfig('{"mcpServers":{"time":{"command":"time-server"}}}', { file, variables: process.env })
 */
export function parseConfig(text: string, { file, variables }: ParseConfigOptions): UpstreamConfig {
  const problems: Issue[] = []
  const warnings: string[] = []
  const { key, servers } = readServers(text, file)
  const entries: UpstreamEntry[] = []
  const disabled: string[] = []
  const originals = new Map<string, string>()

  for (const [original, value] of Object.entries(servers)) {
    const path = [key, original]
    const name = toName(original)
    const other = originals.get(name)
    if (name === '') {
      problems.push({ path, message: 'invalid name. Use letters, digits, "-" and "_"' })
      continue
    }
    if (other !== undefined) {
      problems.push({ path, message: `has the same name as "${other}". Choose another name` })
      continue
    }
    originals.set(name, original)
    if (name !== original) warnings.push(`${file}: ${path.join('.')} is named "${name}" here`)
    const entry = parseEntry(value, {
      name,
      path,
      variables,
      addProblem: (at, message) => problems.push({ path: at, message }),
      addWarning: (at, message) => warnings.push(`${file}: ${at.join('.')}: ${message}`),
    })
    if (entry === 'disabled') disabled.push(name)
    else if (entry !== undefined) entries.push(entry)
  }
  if (problems.length > 0) throw configError(file, problems)
  return { entries, disabled, warnings }
}

function readServers(
  text: string,
  file: string,
): { key: string; servers: Readonly<Record<string, unknown>> } {
  const fail = (message: string) => configError(file, [{ path: [], message }])
  let document: unknown
  try {
    // Some editors on Windows write a byte order mark.
    document = JSON.parse(stripComments(text.replace(/^\uFEFF/, '')))
  } catch (thrown) {
    throw fail(`It is not valid JSON${positionOf(thrown, text)}`)
  }
  if (!isRecord(document)) throw fail('It must contain an object with "mcpServers"')
  const { mcpServers, servers } = document
  if (mcpServers !== undefined && servers !== undefined) {
    throw fail('It has both "mcpServers" and "servers". Move all entries to one of them')
  }
  const key = servers === undefined ? 'mcpServers' : 'servers'
  const found = mcpServers ?? servers
  if (found === undefined) {
    const near = Object.keys(document).find((name) => /server/i.test(name))
    throw fail(
      `It has neither "mcpServers" nor "servers"${near === undefined ? '' : `. Rename "${near}"`}`,
    )
  }
  if (!isRecord(found)) throw fail(`"${key}" must be an object with one key per server`)
  return { key, servers: found }
}

/**
 * Returns the line of a syntax error. The message of the parser is not used, because it contains text of the
 * file.
 */
function positionOf(thrown: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(thrown))?.[1]
  if (position === undefined) return ''
  return `: line ${text.slice(0, Number(position)).split('\n').length} is malformed`
}

/** Returns a name with only those characters that the name of a tool may contain. */
function toName(original: string): string {
  return original
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, maxNameLength)
}
