import { didYouMean, McpError, nearNames } from '@mcp/protocol'
import type { Document, LineCounter } from 'yaml'
import { isMap, isNode, isScalar, LineCounter as Lines, parseDocument } from 'yaml'
import type * as z from 'zod'

/** A YAML or JSON document with the lines of its values. */
export interface ReadDocument<Content> {
  readonly content: Content
  /** Returns the line of a value, counted from 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

export interface DocumentOptions {
  /** Name of the file in messages. */
  readonly file: string
  /** Keys that the schema knows, for suggestions in messages. */
  readonly knownKeys?: readonly string[] | undefined
}

const maxProblems = 5

/**
 * Parses a YAML or JSON document with a schema.
 *
 * @throws McpError `invalid-params` with the file, line and path of each problem of the schema, the first five
 * of them in the message, or with the file and line of the first syntax error.
 */
export function readDocument<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { file, knownKeys = [] }: DocumentOptions,
): ReadDocument<z.output<Schema>> {
  const lines = new Lines()
  // JSON is YAML. With `uniqueKeys`, a repeated key is an error in both.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const [syntax] = document.errors
  if (syntax !== undefined) {
    const { line } = lines.linePos(syntax.pos[0])
    throw invalidDocument([`${file}:${line}: ${firstLine(syntax.message)}`])
  }
  const parsed = schema.safeParse(toPlain(document, file))
  const lineOf = (path: readonly PropertyKey[]): number => lineAt(document, lines, path)
  if (parsed.success) return { content: parsed.data, lineOf }
  // A misspelled field is often also a missing one, so the unknown fields are first.
  const isUnknown = ({ code }: z.core.$ZodIssue): boolean => code === 'unrecognized_keys'
  const { issues } = parsed.error
  const problems = [
    ...issues.filter(isUnknown),
    ...issues.filter((each) => !isUnknown(each)),
  ].flatMap((issue) => describeIssue(issue, knownKeys))
  throw invalidDocument(
    problems.map(({ path, message }) => `${file}:${lineOf(path)}: ${join(path)}${message}`),
  )
}

/** Creates the error for an invalid document from its problems. The message contains the first five. */
export function invalidDocument(problems: readonly string[]): McpError {
  const shown = problems.slice(0, maxProblems)
  const more = problems.length - shown.length
  const rest = more > 0 ? [`and ${more} more`] : []
  return new McpError('invalid-params', [...shown, ...rest].join('; '), {
    details: { problems },
  })
}

function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (cause) {
    throw new McpError('invalid-params', `${file}:1: aliases are not supported.`, { cause })
  }
}

interface Problem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

function describeIssue(issue: z.core.$ZodIssue, knownKeys: readonly string[]): Problem[] {
  const { path, code, message } = issue
  if (code !== 'unrecognized_keys') return [{ path, message }]
  return issue.keys.map((key) => {
    const near = didYouMean(nearNames(key, knownKeys))
    return { path: [...path, key], message: `unknown field${near}` }
  })
}

function join(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
  return text === '' ? '' : `${text}: `
}

/** Returns the line of a value, of its key, or of the closest value around it. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset !== undefined) return lines.linePos(offset).line
  }
  return 1
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  if (path.length === 0) return isNode(document.contents) ? document.contents.range?.[0] : undefined
  const parent = document.getIn(path.slice(0, -1), true)
  const last = path.at(-1)
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last)
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0]
  }
  const node = document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message
}
