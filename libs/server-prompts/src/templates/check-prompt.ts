import { McpError } from '@mcp/protocol'
import type { PromptContent } from '@mcp/contracts/prompts'

import { compileArgument } from './argument-schema.ts'
import { engines } from './engines.ts'

/** What is wrong with a prompt, and where in it. */
export interface PromptIssue {
  readonly path: (string | number)[]
  readonly message: string
  readonly reason: string
  readonly line?: number | undefined
  readonly column?: number | undefined
}

export interface PromptCheck {
  readonly issues: PromptIssue[]
  readonly warnings: string[]
  /** The arguments its templates use. */
  readonly variables: string[]
}

/** Reads the templates and schemas of a prompt and compares what they use with what is declared. */
export function checkPrompt({ engine, arguments: declared, messages }: PromptContent): PromptCheck {
  const issues: PromptIssue[] = []
  const warnings: string[] = []
  const variables = new Set<string>()
  const names = new Set(declared.map(({ name }) => name))

  for (const [index, argument] of declared.entries()) {
    const path = ['arguments', index, 'schema']
    const fallback = argument.schema['default']
    note(issues, path, () => {
      const check = compileArgument(argument)
      if (fallback !== undefined && fallback !== null) check.read(fallback)
    })
  }
  for (const [index, { content }] of messages.entries()) {
    const path = ['messages', index, 'content']
    note(issues, path, () => {
      for (const name of engines[engine].compile(content).variables) {
        variables.add(name)
        if (names.has(name)) continue
        throw new McpError(
          'invalid-params',
          `"${name.slice(0, 64)}" is used here and no argument has that name; declare it in arguments`,
          { details: { reason: 'undeclared-argument' } },
        )
      }
    })
  }
  if (issues.length === 0) {
    const unused = declared.filter(({ name }) => !mentions(messages, name))
    warnings.push(...unused.map(({ name }) => `the argument "${name}" is used by no message`))
  }
  return { issues, warnings, variables: Array.from(variables) }
}

/** Whether a name stands in a template at all: a section may use it where the check cannot see. */
function mentions(messages: PromptContent['messages'], name: string): boolean {
  return messages.some(({ content }) => content.includes(name))
}

function note(issues: PromptIssue[], path: (string | number)[], run: () => void): void {
  try {
    run()
  } catch (thrown) {
    const { message, details = {} } = McpError.from(thrown)
    const { reason, line, column } = details
    issues.push({
      path,
      message,
      reason: typeof reason === 'string' ? reason : 'template-syntax',
      ...(typeof line === 'number' && typeof column === 'number' ? { line, column } : {}),
    })
  }
}
