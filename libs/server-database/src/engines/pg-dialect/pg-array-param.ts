import { McpError, parseJson } from '@mcp/protocol'

/** Maximum nesting depth of a param that is an array. PostgreSQL's arrays have at most six dimensions. */
const maxDepth = 100

export interface ArrayFormat {
  /** Character between the elements. It is `;` for the type `box`. */
  readonly delimiter: string
  /** Whether the elements are JSON, so that a nested list is an element instead of a dimension. */
  readonly isJson: boolean
}

/** Whether a param can be an array as JSON text. */
export const mayBeJsonArray = (param: unknown): param is string =>
  typeof param === 'string' && /^\s*\[/.test(param)

/**
 * Converts an array as JSON text, such as `[1, null, "a"]`, to PostgreSQL's text format, such as
 * `{1,NULL,"a"}`. Numbers keep all their digits. Returns other text unchanged.
 */
export function toPgArray(text: string, format: ArrayFormat): string {
  return mayBeJsonArray(text) && isJson(text) ? literal(text.trim(), format) : text
}

/** @throws McpError `payload-too-large` if the JSON is nested too deeply. */
function isJson(text: string): boolean {
  try {
    parseJson(text, { maxDepth })
    return true
  } catch (error) {
    // PostgreSQL's own format can also begin with a bracket: `[2:3]={1,2}`.
    if (McpError.is(error) && error.code === 'parse-error') return false
    throw error
  }
}

function literal(array: string, format: ArrayFormat): string {
  const elements = elementsOf(array).map((element) => {
    if (element === 'null') return 'NULL'
    if (format.isJson) return quoted(element)
    if (element.startsWith('[')) return literal(element, format)
    return quoted(element.startsWith('"') ? String(JSON.parse(element)) : element)
  })
  return `{${elements.join(format.delimiter)}}`
}

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

/** Returns the source text of each element of a valid JSON array. */
function elementsOf(array: string): readonly string[] {
  const elements: string[] = []
  let depth = 0
  let start = 1
  for (const { 0: token, index } of array.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') depth += 1
    if (token === ']' || token === '}') depth -= 1
    if (depth > 1 || (depth === 1 && token !== ',')) continue
    elements.push(array.slice(start, index).trim())
    start = index + 1
  }
  return elements.length === 1 && elements[0] === '' ? [] : elements
}
