import type { TemplateEngine } from './template-engine.ts'

/** The engine without a template language: text is used unchanged. */
export const plainEngine: TemplateEngine = {
  compile: (template) => ({
    variables: [],
    render(_view, budget) {
      budget.write(template.length)
      return template
    },
  }),
}
