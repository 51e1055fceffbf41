import type { Issue } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

/** Receives a problem with the key at a path. */
export type AddProblem = (path: readonly string[], message: string) => void

const maxShown = 5

/**
 * Returns the error for the problems of an MCP configuration file. The message lists the first five problems,
 * the details the first 20.
 */
export function configError(file: string, problems: readonly Issue[]): McpError {
  const lines = problems
    .slice(0, maxShown)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
  if (problems.length > maxShown) lines.push(`and ${problems.length - maxShown} more problems`)
  const sentences = lines.map((line) => (line.endsWith('?') ? line : `${line}.`)).join(' ')
  return new McpError('invalid-params', `Invalid MCP configuration file ${file}. ${sentences}`, {
    details: { reason: 'invalid-config', file, issues: problems.slice(0, 20) },
  })
}
