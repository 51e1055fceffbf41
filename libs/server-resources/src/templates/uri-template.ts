import { McpError } from '@mcp/protocol'

/** The operators of RFC 6570. The empty operator is simple string expansion. */
export type TemplateOperator = '' | '+' | '#' | '.' | '/' | ';' | '?' | '&'

export interface TemplateVariable {
  readonly name: string
  /** Whether the variable has the explode modifier: `{name*}`. */
  readonly isExploded: boolean
  /** Maximum length of the value, in characters, from a prefix modifier: `{name:3}`. */
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

/** A part of a parsed template. */
export type TemplatePart = TemplateLiteral | TemplateExpression

const operators: readonly TemplateOperator[] = ['+', '#', '.', '/', ';', '?', '&']
const variablePattern =
  /^((?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*)(?:(\*)|:([1-9]\d{0,3}))?$/

/**
 * Parses a URI template.
 *
 * @throws McpError `invalid-params`, reason `template-syntax`, if RFC 6570 does not allow the template.
 */
export function parseUriTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = []
  for (const piece of template.match(/\{[^{}]*\}|[^{}]+|[{}]/g) ?? []) {
    if (piece === '{' || piece === '}') {
      throw syntaxError(template, `unbalanced "${piece}"`)
    }
    parts.push(
      piece.startsWith('{')
        ? parseExpression(piece.slice(1, -1), template)
        : { type: 'literal', text: piece },
    )
  }
  return parts
}

/** Returns the names of a template's variables, without duplicates. */
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
        throw syntaxError(template, `"${word}" in "{${text}}" is not a valid variable name`)
      }
      const maxLength = digits === undefined ? undefined : Number(digits)
      return { name, isExploded: star !== undefined, maxLength }
    })
  return { type: 'expression', operator, variables }
}

function syntaxError(template: string, problem: string): McpError {
  return new McpError(
    'invalid-params',
    `"${template.slice(0, 200)}" is not a valid URI template: ${problem}.`,
    { details: { reason: 'template-syntax' } },
  )
}
