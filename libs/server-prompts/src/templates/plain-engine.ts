import type { TemplateEngine } from './template-engine.ts'

/** No language at all: text is used as it is. */
export const plainEngine: TemplateEngine = {
  compile: (template) => ({
    variables: [],
    render(_view, budget) {
      budget.write(template.length)
      return template
    },
  }),
}
