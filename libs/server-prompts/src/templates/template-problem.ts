import { McpError } from '@mcp/protocol'

/** What a template can do wrong. */
export interface TemplateProblem {
  readonly message: string
  readonly reason: 'template-syntax' | 'missing-argument' | 'render-limit'
  /** Where in the template, from 1. */
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** The argument that is missing. */
  readonly argument?: string | undefined
}

/** The error for what a template did wrong. */
export function templateError(problem: TemplateProblem, cause?: unknown): McpError {
  const { message, ...facts } = problem
  const { line, column } = facts
  const where = line === undefined ? '' : `line ${line}, column ${column}: `
  const code = problem.reason === 'render-limit' ? 'payload-too-large' : 'invalid-params'
  return new McpError(code, `${where}${message}`, {
    details: Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)),
    cause,
  })
}

/** Where an offset lies in a text, both from 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}
