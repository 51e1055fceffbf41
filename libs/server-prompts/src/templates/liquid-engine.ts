import { AssertionError, Liquid, LiquidError, UndefinedVariableError } from 'liquidjs'
import type { McpError } from '@mcp/protocol'

import type { TemplateEngine } from './template-engine.ts'
import { templateError } from './template-error.ts'

const renderLimits = { renderLimit: 1_000, memoryLimit: 10_000_000, templateLimit: 100_000 }

const liquid = createLiquid()

/** Liquid with strict variables and filters, with limits on parsing and rendering, and without partials. */
export const liquidEngine: TemplateEngine = {
  compile(template) {
    const parsed = withTemplateErrors(() => liquid.parse(template))
    const variables = withTemplateErrors(() => liquid.globalVariablesSync(parsed))
    return {
      variables,
      render(view, budget) {
        const output: unknown = withTemplateErrors(() =>
          liquid.renderSync(parsed, view, renderLimits),
        )
        const text = String(output)
        budget.write(text.length)
        return text
      },
    }
  },
}

function createLiquid(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // Liquid looks up partials in this empty map instead of in files.
    templates: {},
    parseLimit: 1_000_000,
    renderLimit: renderLimits.renderLimit,
    memoryLimit: renderLimits.memoryLimit,
  })
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag]
  return engine
}

function withTemplateErrors<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (thrown) {
    throw toTemplateError(thrown)
  }
}

function toTemplateError(thrown: unknown): McpError {
  if (thrown instanceof RangeError) {
    return templateError(
      { reason: 'render-limit', message: 'the template is nested too deeply' },
      thrown,
    )
  }
  if (!LiquidError.is(thrown)) {
    const problem = thrown instanceof Error ? thrown.message.slice(0, 300) : 'invalid template'
    const reason =
      thrown instanceof AssertionError && isLimitError(problem) ? 'render-limit' : 'template-syntax'
    return templateError({ reason, message: problem }, thrown)
  }
  const [line, column] = thrown.token.getPosition()
  const position = { line, column }
  // Liquid appends the position to its messages. The suffix is removed, because `templateError` puts the
  // position first.
  const problem = thrown.message.replace(/, line:\d+, col:\d+$/, '').slice(0, 300)
  if (thrown instanceof UndefinedVariableError) {
    const argument = problem.replace('undefined variable: ', '')
    const message = `"${argument}" is used but has no value`
    return templateError({ reason: 'missing-argument', argument, message, ...position }, thrown)
  }
  const reason = isLimitError(problem) ? 'render-limit' : 'template-syntax'
  return templateError({ reason, message: problem, ...position }, thrown)
}

function isLimitError(message: string): boolean {
  return /limit exceeded/.test(message)
}
