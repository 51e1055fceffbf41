import { McpError } from '@mcp/protocol'
import type { PromptArgument } from '@mcp/contracts/prompts'

import { compileArgument } from './argument-schema.ts'
import type { TemplateView } from './template-engine.ts'

/** The arguments of one rendering, checked. */
export interface ReadArguments {
  /** What templates see: every declared argument, null where it was left out. */
  readonly view: TemplateView
  /** What was given, and the defaults of the rest. */
  readonly used: Record<string, unknown>
  readonly warnings: string[]
}

/**
 * Checks what was given against what a prompt declares.
 *
 * @throws McpError `invalid-params` with the reason `missing-argument`, `argument-invalid` or `argument-schema`.
 */
export function readArguments(
  declared: readonly PromptArgument[],
  given: Readonly<Record<string, unknown>>,
): ReadArguments {
  const values = new Map(Object.entries(given))
  const used = new Map<string, unknown>()
  for (const argument of declared) {
    const { name, required, schema } = argument
    const value = values.get(name) ?? schema['default']
    if (value !== undefined && value !== null) used.set(name, compileArgument(argument).read(value))
    else if (required) throw missingArgument(argument)
  }
  const known = new Set(declared.map(({ name }) => name))
  return {
    view: Object.assign(
      Object.create(null),
      Object.fromEntries(declared.map(({ name }) => [name, used.get(name) ?? null])),
    ),
    used: Object.fromEntries(used),
    warnings: Array.from(values.keys())
      .filter((name) => !known.has(name))
      .slice(0, 20)
      .map((name) => `"${name.slice(0, 64)}" is no argument of this prompt and was left out`),
  }
}

function missingArgument({ name, description }: PromptArgument): McpError {
  const what = description === '' ? '' : ` (${description.slice(0, 200)})`
  return new McpError('invalid-params', `the argument "${name}" is missing${what}`, {
    details: {
      reason: 'missing-argument',
      argument: name,
      path: ['params', 'arguments', name],
    },
  })
}
