import { AssertionError, Liquid, LiquidError, UndefinedVariableError } from 'liquidjs'
import type { McpError } from '@mcp/protocol'

import type { TemplateEngine } from './template-engine.ts'
import { templateError } from './template-problem.ts'

const renderLimits = { renderLimit: 1_000, memoryLimit: 10_000_000, templateLimit: 100_000 }

const liquid = createLiquid()

/** Liquid with strict names and filters, without files, with limits on reading and rendering. */
export const liquidEngine: TemplateEngine = {
  compile(template) {
    const parsed = attempt(() => liquid.parse(template))
    const variables = attempt(() => liquid.globalVariablesSync(parsed))
    return {
      variables,
      render(view, budget) {
        const output: unknown = attempt(() => liquid.renderSync(parsed, view, renderLimits))
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
    // Looks templates up in this map instead of in files; there are none.
    templates: {},
    parseLimit: 1_000_000,
    renderLimit: renderLimits.renderLimit,
    memoryLimit: renderLimits.memoryLimit,
  })
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag]
  return engine
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (thrown) {
    throw explain(thrown)
  }
}

function explain(thrown: unknown): McpError {
  if (thrown instanceof RangeError) {
    return templateError({ reason: 'render-limit', message: 'the template nests too deep' }, thrown)
  }
  if (!LiquidError.is(thrown)) {
    const why = thrown instanceof Error ? thrown.message.slice(0, 300) : 'it cannot be read'
    const reason =
      thrown instanceof AssertionError && isLimit(why) ? 'render-limit' : 'template-syntax'
    return templateError({ reason, message: why }, thrown)
  }
  const [line, column] = thrown.token.getPosition()
  const place = { line, column }
  // Liquid appends the place to its messages, and we say it in front.
  const why = thrown.message.replace(/, line:\d+, col:\d+$/, '').slice(0, 300)
  if (thrown instanceof UndefinedVariableError) {
    const argument = why.replace('undefined variable: ', '')
    const message = `"${argument}" is used here and was not given`
    return templateError({ reason: 'missing-argument', argument, message, ...place }, thrown)
  }
  const reason = isLimit(why) ? 'render-limit' : 'template-syntax'
  return templateError({ reason, message: why, ...place }, thrown)
}

function isLimit(message: string): boolean {
  return /limit exceeded/.test(message)
}
