import { didYouMean, isRecord, nearNames, parseJson } from '@mcp/protocol/light'

import { typeText, variantsOf } from './schema-text.ts'

export type ReadValue = { readonly value: unknown } | { readonly problem: string }

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Reads the text of an argument as the type that its schema states: `2` is a number for a number. */
export function readValue(text: string, schema: unknown): ReadValue {
  const choices = choicesOf(schema)
  if (choices !== undefined) {
    const value = choices.find((choice) => String(choice) === text)
    if (value !== undefined) return { value }
    const near = nearNames(text, choices.map(String))
    return { problem: `${JSON.stringify(text)} is not one of its values${didYouMean(near)}` }
  }
  const types = typesOf(schema)
  if (types.size === 0) return { value: text }
  if (jsonNumber.test(text) && (types.has('number') || types.has('integer'))) {
    if (types.has('number') || /^-?\d+$/.test(text) || types.has('string')) {
      return { value: parseJson(text) }
    }
  }
  if (types.has('boolean') && (text === 'true' || text === 'false'))
    return { value: text === 'true' }
  if (types.has('null') && text === 'null') return { value: null }
  if (types.has('object') && text.trimStart().startsWith('{')) return readJson(text)
  if (types.has('array') && text.trimStart().startsWith('[')) return readJson(text)
  if (types.has('string')) return { value: text }
  if (types.has('array')) return readItem(text, schema)
  return { problem: `${JSON.stringify(text)} is not of the type ${typeText(schema)}.` }
}

/** Reads one item of a list. An argument that is repeated has several. */
function readItem(text: string, schema: unknown): ReadValue {
  const lists = [schema, ...(isRecord(schema) ? variantsOf(schema) : [])].filter(isRecord)
  const item = readValue(text, lists.find(({ items }) => items !== undefined)?.['items'] ?? {})
  return 'problem' in item ? item : { value: [item.value] }
}

function readJson(text: string): ReadValue {
  try {
    return { value: parseJson(text) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'Invalid JSON.' }
  }
}

/** Returns the values of an enumeration, or undefined if the schema accepts other values. */
function choicesOf(schema: unknown): readonly unknown[] | undefined {
  if (!isRecord(schema)) return undefined
  if (Array.isArray(schema['enum'])) return schema['enum']
  return schema['const'] === undefined ? undefined : [schema['const']]
}

function typesOf(schema: unknown): ReadonlySet<unknown> {
  if (!isRecord(schema)) return new Set()
  const own: unknown[] = [schema['type'] ?? []].flat()
  return new Set([...own, ...variantsOf(schema).flatMap((each) => Array.from(typesOf(each)))])
}
