import type { prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { notFound } from '@mcp/server'

import { findVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'
import type { PromptSandbox } from '../sandbox/prompt-sandbox.ts'
import { completeArgument } from './complete-argument.ts'

type RenderHandlers = Pick<Handlers<typeof prompts>, 'render' | 'validate' | 'complete'>

export interface RenderHandlersOptions {
  readonly library: Library
  readonly sandbox: PromptSandbox
  /** Maximum length of a rendered prompt, in characters. */
  readonly maxRenderedLength: number
}

/** Creates the handlers that render and validate templates and complete their arguments. */
export function createRenderHandlers(options: RenderHandlersOptions): RenderHandlers {
  const { library, sandbox, maxRenderedLength } = options

  return {
    async render({ arguments: values, format, ...request }, caller) {
      const { version, value } = await findVersion(await library.open(), request)
      const { engine, arguments: declared, messages: templates } = value.content
      const { messages, usedArguments, warnings } = await sandbox.render(
        {
          content: { engine, arguments: declared, messages: templates },
          values,
          maxLength: maxRenderedLength,
        },
        caller,
      )
      const text = messages.map(({ content }) => content).join('\n\n')
      return {
        messages,
        ...(format === 'text' ? { text } : {}),
        resolvedVersion: version,
        engine,
        usedArguments,
        warnings,
      }
    },
    async validate({ prompt: _name, ...content }, caller) {
      const { issues, warnings, variables } = await sandbox.check(content, caller)
      return {
        valid: issues.length === 0,
        issues: issues.map(withoutUndefinedPosition),
        warnings,
        variables,
      }
    },
    async complete({ prompt, argument, value, context }) {
      const found = await findVersion(await library.open(), { prompt })
      const { arguments: declared } = found.value.content
      const declaredArgument = declared.find(({ name }) => name === argument)
      if (declaredArgument !== undefined)
        return completeArgument(declaredArgument, { value, context })
      throw notFound(
        `argument of "${prompt}"`,
        argument,
        declared.map(({ name }) => name),
      )
    },
  }
}

function withoutUndefinedPosition<
  Issue extends { line?: number | undefined; column?: number | undefined },
>({ line, column, ...issue }: Issue) {
  return { ...issue, ...(line === undefined || column === undefined ? {} : { line, column }) }
}
