import type { PromptContent } from '@mcp/contracts/prompts'
import { McpError } from '@mcp/protocol'
import type { JobOptions } from '@mcp/sandbox'

import type { PromptSandbox } from '../sandbox/prompt-sandbox.ts'
import type { PromptIssue } from '../templates/check-prompt.ts'

/** Maximum length of the content as JSON, in characters. */
const maxLength = 256 * 1024

/**
 * Validates content before it is stored, and returns warnings.
 *
 * @throws McpError `invalid-params` with the reason, line and column of the first issue;
 *   `payload-too-large` if the content exceeds 256 Ki characters.
 */
export async function validateContent(
  content: PromptContent,
  sandbox: PromptSandbox,
  options: JobOptions,
): Promise<string[]> {
  const { length } = JSON.stringify(content)
  if (length > maxLength) {
    throw new McpError(
      'payload-too-large',
      `The prompt has ${length} characters as JSON; the maximum is ${maxLength}. Split it, or pass long texts as arguments.`,
    )
  }
  const { issues, warnings } = await sandbox.check(content, options)
  const [first] = issues
  if (first !== undefined) throw invalidContent(first, issues)
  return warnings
}

function invalidContent(first: PromptIssue, issues: readonly PromptIssue[]): McpError {
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
