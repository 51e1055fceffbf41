import { didYouMean, McpError, nearNames } from '@mcp/protocol'

/**
 * Creates the error for an unknown name. The message suggests similar known names.
 *
 * @example
 * throw notFound('prompt', 'revew', prompts.keys()) // No prompt is named "revew". Did you mean "review"?
 */
export function notFound(kind: string, name: string, known: Iterable<string>): McpError {
  const near = nearNames(name, known)
  const message = `No ${kind} is named "${name.slice(0, 64)}"${didYouMean(near)}`
  return new McpError('not-found', message, { details: { near } })
}
