import { McpError } from '@mcp/protocol'
import type { PromptContent } from '@mcp/contracts/prompts'

import type { PromptIssue } from '../templates/check-prompt.ts'
import type { Evaluator } from '../sandbox/prompt-sandbox.ts'

/** The longest content, in characters of JSON. */
const mostCharacters = 256 * 1024

/**
 * Checks content that is about to be kept, and gives the warnings.
 *
 * @throws McpError `invalid-params`, with the reason, line and column of the first thing that is wrong.
 */
export async function acceptContent(
  content: PromptContent,
  evaluator: Evaluator,
  signal: AbortSignal,
): Promise<string[]> {
  const length = JSON.stringify(content).length
  if (length > mostCharacters) {
    throw new McpError(
      'payload-too-large',
      `The prompt has ${length} characters, and ${mostCharacters} is the most; split it, or make arguments of long texts.`,
    )
  }
  const { issues, warnings } = await evaluator.check(content, signal)
  const [first] = issues
  if (first !== undefined) throw refusal(first, issues)
  return warnings
}

function refusal(first: PromptIssue, issues: readonly PromptIssue[]): McpError {
  const { path, message, reason, line, column } = first
  const more = issues.length === 1 ? '' : ` (and ${issues.length - 1} more)`
  return new McpError('invalid-params', `${path.join('.')}: ${message}${more}`, {
    details: {
      reason,
      ...(line === undefined ? {} : { line, column }),
      path: ['params', ...path],
      issues: issues.slice(0, 20).map((issue) => ({
        path: ['payload', 'params', ...issue.path],
        message: issue.message,
      })),
    },
  })
}
