import type { OutputBudget } from './output-budget.ts'

/** The arguments as templates see them: an object without a prototype. */
export type TemplateView = Readonly<Record<string, unknown>>

/** A template that was read. */
export interface CompiledTemplate {
  /** The names it needs from outside, as far as can be seen without rendering it. */
  readonly variables: readonly string[]
  /** @throws McpError with the reason `missing-argument` or `render-limit`. */
  render(view: TemplateView, budget: OutputBudget): string
}

/** A template language. */
export interface TemplateEngine {
  /** @throws McpError `invalid-params`, reason `template-syntax`, with line and column. */
  compile(template: string): CompiledTemplate
}
