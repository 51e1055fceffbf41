import type { RenderBudget } from './render-budget.ts'

/** The variables of a template, as an object without a prototype. */
export type TemplateView = Readonly<Record<string, unknown>>

/** A parsed template. */
export interface CompiledTemplate {
  /** Names of the arguments that the template uses, as far as static analysis can detect. */
  readonly variables: readonly string[]
  /** @throws McpError with the reason `missing-argument` or `render-limit`. */
  render(view: TemplateView, budget: RenderBudget): string
}

/** A template language. */
export interface TemplateEngine {
  /** @throws McpError `invalid-params`, reason `template-syntax`, with line and column. */
  compile(template: string): CompiledTemplate
}
