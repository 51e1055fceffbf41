import { McpError } from '@mcp/protocol'

/** The operators of RFC 6570; the empty one is simple expansion. */
export type TemplateOperator = '' | '+' | '#' | '.' | '/' | ';' | '?' | '&'

export interface TemplateVariable {
  readonly name: string
  /** `{name*}`: each item on its own. */
  readonly isExploded: boolean
  /** `{name:3}`: only the first characters. */
  readonly maxLength: number | undefined
}

export interface TemplateExpression {
  readonly type: 'expression'
  readonly operator: TemplateOperator
  readonly variables: readonly TemplateVariable[]
}

export interface TemplateLiteral {
  readonly type: 'literal'
  readonly text: string
}

/** A template taken apart. */
export type TemplatePart = TemplateLiteral | TemplateExpression

const operators: readonly TemplateOperator[] = ['+', '#', '.', '/', ';', '?', '&']
const variablePattern =
  /^((?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*)(?:(\*)|:([1-9]\d{0,3}))?$/

/**
 * Takes a URI template apart.
 *
 * @throws McpError `invalid-params`, reason `template-syntax`, where RFC 6570 does not allow it.
 */
export function parseUriTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  for (const piece of template.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? []) {
    if (piece === '{' || piece === '}') {
      throw syntaxError(template, `a ${piece} has no ${piece === '{' ? '}' : '{'}`)
    }
    parts.push(
      piece.startsWith('{')
        ? parseExpression(piece.slice(1, -1), template)
        : { type: 'literal', text: piece },
    )
  }
  return parts
}

/** The names of a template's variables, each once. */
export function variableNames(parts: readonly TemplatePart[]): string[] {
  const names = parts.flatMap((part) =>
    part.type === 'expression' ? part.variables.map(({ name }) => name) : [],
  )
  return [...new Set(names)]
}

function parseExpression(text: string, template: string): TemplateExpression {
  const operator = operators.find((candidate) => text.startsWith(candidate)) ?? ''
  const variables = text
    .slice(operator.length)
    .split(',')
    .map((word) => {
      const [, name, star, digits] = variablePattern.exec(word) ?? []
      if (name === undefined) {
        throw syntaxError(
          template,
          `"{${text}}" has "${word}" where the name of a variable belongs`,
        )
      }
      const maxLength = digits === undefined ? undefined : Number(digits)
      return { name, isExploded: star !== undefined, maxLength }
    })
  return { type: 'expression', operator, variables }
}

function syntaxError(template: string, problem: string): McpError {
  return new McpError(
    'invalid-params',
    `"${template.slice(0, 200)}" is not a URI template: ${problem}.`,
    { details: { reason: 'template-syntax' } },
  )
}
