import { McpError } from '@mcp/protocol'
import type { PromptArgument } from '@mcp/contracts/prompts'

import { compileArgument } from './argument-schema.ts'
import type { TemplateView } from './template-engine.ts'

/** The validated arguments of one rendering. */
export interface ParsedArguments {
  /** Variables of the templates: each declared argument with its value, or null if it has none. */
  readonly view: TemplateView
  /** Values of the arguments that were sent or have a default. */
  readonly used: Record<string, unknown>
  readonly warnings: string[]
}

/**
 * Validates values against the declared arguments of a prompt.
 *
 * @throws McpError `invalid-params`, reason `missing-argument`, `argument-invalid` or `argument-schema`.
 */
export function parseArguments(
  declared: readonly PromptArgument[],
  values: Readonly<Record<string, unknown>>,
): ParsedArguments {
  const sent = new Map(Object.entries(values))
  const used = new Map<string, unknown>()
  for (const argument of declared) {
    const { name, required, schema } = argument
    const value = sent.get(name) ?? schema['default']
    if (value !== undefined && value !== null)
      used.set(name, compileArgument(argument).parse(value))
    else if (required) throw missingArgument(argument)
  }
  const known = new Set(declared.map(({ name }) => name))
  return {
    view: Object.assign(
      Object.create(null),
      Object.fromEntries(declared.map(({ name }) => [name, used.get(name) ?? null])),
    ),
    used: Object.fromEntries(used),
    warnings: Array.from(sent.keys())
      .filter((name) => !known.has(name))
      .slice(0, 20)
      .map((name) => `the unknown argument "${name.slice(0, 64)}" was ignored`),
  }
}

function missingArgument({ name, description }: PromptArgument): McpError {
  const hint = description === '' ? '' : ` (${description.slice(0, 200)})`
  return new McpError('invalid-params', `the argument "${name}" is missing${hint}`, {
    details: {
      reason: 'missing-argument',
      argument: name,
      path: ['params', 'arguments', name],
    },
  })
}
