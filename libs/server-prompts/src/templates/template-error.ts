import { McpError } from '@mcp/protocol'

/** A problem in a template. */
export interface TemplateProblem {
  readonly message: string
  readonly reason: 'template-syntax' | 'missing-argument' | 'render-limit'
  /** Position in the template, starting at 1. */
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** Name of the missing argument. */
  readonly argument?: string | undefined
}

/** Returns the error for a problem of a template. */
export function templateError(problem: TemplateProblem, cause?: unknown): McpError {
  const { message, ...details } = problem
  const { line, column } = details
  const position = line === undefined ? '' : `line ${line}, column ${column}: `
  const code = problem.reason === 'render-limit' ? 'payload-too-large' : 'invalid-params'
  return new McpError(code, `${position}${message}`, {
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)),
    cause,
  })
}

/** Returns the line and column of an offset in a text, both starting at 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
