import type { JsonSchema } from '@mcp/protocol'
import { didYouMean, isRecord, nearNames } from '@mcp/protocol'
import { propertiesOf, requiredOf } from '@mcp/llm'

import { convertValue, parseJsonValue } from './convert-value.ts'

/** Arguments of a call, or the reason why the words are not arguments of this schema. */
export type ParsedArguments =
  | { readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

const pair = /^([\w.-]+?)(:?=)([\s\S]*)$/

/**
 * Parses words such as `a=2` into arguments that match a JSON Schema. The schema determines the type of
 * `a=2`; the value of `a:=2` is JSON. A repeated name adds an item to a list. A word that is a JSON
 * object contributes its properties. The top level of the schema must be an object with properties, as
 * `toolParameters` of `@mcp/llm` returns it.
 *
 * @example
 * parseArguments(['a=2', 'b:=3'], schema) // { arguments: { a: 2, b: 3 } }
 */
export function parseArguments(words: readonly string[], schema: JsonSchema): ParsedArguments {
  const parsed = new Map<string, unknown>()
  for (const word of words) {
    const problem = addWord(parsed, word, schema)
    if (problem !== undefined) return { problem }
  }
  const missing = requiredOf(schema).filter(
    (name) => !parsed.has(name) && propertiesOf(schema)[name]?.['default'] === undefined,
  )
  if (missing.length > 0) {
    return { problem: `Missing ${missing.map((name) => `"${name}"`).join(' and ')}.` }
  }
  return { arguments: Object.fromEntries(parsed) }
}

/** Adds the arguments of one word. Returns the problem, if there is one. */
function addWord(parsed: Map<string, unknown>, word: string, schema: JsonSchema) {
  if (word.startsWith('{')) {
    const json = parseJsonValue(word)
    if (json === undefined || !isRecord(json.value)) return `Invalid JSON object: ${word}`
    for (const [name, value] of Object.entries(json.value)) {
      const problem = unknownName(name, schema)
      if (problem !== undefined) return problem
      parsed.set(name, value)
    }
    return undefined
  }
  const [, name = '', sign, text = ''] = pair.exec(word) ?? []
  if (name === '') return `Unexpected "${word}". Write arguments as name=value.`
  const problem = unknownName(name, schema)
  if (problem !== undefined) return problem
  if (sign === ':=') {
    const json = parseJsonValue(text)
    if (json === undefined) return `The value of "${name}" is not valid JSON: ${text}`
    parsed.set(name, json.value)
    return undefined
  }
  const converted = convertValue(name, text, propertiesOf(schema)[name] ?? {}, schema)
  if ('problem' in converted) return converted.problem
  const before = parsed.get(name)
  if (parsed.has(name) && !(Array.isArray(before) && Array.isArray(converted.value))) {
    return `"${name}" is given twice.`
  }
  const { value } = converted
  const isNext = Array.isArray(before) && Array.isArray(value)
  parsed.set(name, isNext ? before.concat(value) : value)
  return undefined
}

function unknownName(name: string, schema: JsonSchema): string | undefined {
  const names = Object.keys(propertiesOf(schema))
  const { additionalProperties } = schema
  if (names.includes(name) || isRecord(additionalProperties) || additionalProperties === true) {
    return undefined
  }
  const near = nearNames(name, names)
  if (near.length > 0) return `Unknown argument "${name}"${didYouMean(near)}`
  const known = names.length === 0 ? 'There are none.' : `Arguments: ${names.join(', ')}.`
  return `Unknown argument "${name}". ${known}`
}
