import { McpError } from '@mcp/protocol'
import type { PromptContent } from '@mcp/contracts/prompts'

import { compileArgument } from './argument-schema.ts'
import { engines } from './engines.ts'

/** A problem of a prompt. */
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
  /** Names of the arguments that the templates use, as far as static analysis can detect. */
  readonly variables: string[]
}

/** Compiles the templates and schemas of a prompt, and checks that the used arguments are declared. */
export function checkPrompt({ engine, arguments: declared, messages }: PromptContent): PromptCheck {
  const issues: PromptIssue[] = []
  const warnings: string[] = []
  const variables = new Set<string>()
  const names = new Set(declared.map(({ name }) => name))

  for (const [index, argument] of declared.entries()) {
    const path = ['arguments', index, 'schema']
    const defaultValue = argument.schema['default']
    collect(issues, path, () => {
      const parser = compileArgument(argument)
      if (defaultValue !== undefined && defaultValue !== null) parser.parse(defaultValue)
    })
  }
  for (const [index, { content }] of messages.entries()) {
    const path = ['messages', index, 'content']
    collect(issues, path, () => {
      for (const name of engines[engine].compile(content).variables) {
        variables.add(name)
        if (names.has(name)) continue
        throw new McpError(
          'invalid-params',
          `"${name.slice(0, 64)}" is used but not declared; add it to arguments`,
          { details: { reason: 'undeclared-argument' } },
        )
      }
    })
  }
  if (issues.length === 0) {
    const unused = declared.filter(({ name }) => !mentions(messages, name))
    warnings.push(...unused.map(({ name }) => `no message uses the argument "${name}"`))
  }
  return { issues, warnings, variables: Array.from(variables) }
}

/**
 * Returns whether a name occurs anywhere in a template. A section may use an argument in ways that
 * static analysis cannot detect.
 */
function mentions(messages: PromptContent['messages'], name: string): boolean {
  return messages.some(({ content }) => content.includes(name))
}

/** Runs a check and adds its error to the issues. */
function collect(issues: PromptIssue[], path: (string | number)[], run: () => void): void {
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
