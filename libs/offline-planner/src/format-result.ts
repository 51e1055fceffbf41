import { isRecord } from '@mcp/protocol'

import { contentWords } from '@mcp/llm'

import { formatRows } from './format-rows.ts'

const maxChars = 2000

/** Formats a result for users. Fields that the prompt names come first. */
export function formatResult(result: unknown, prompt: string): string {
  if (typeof result === 'string') return cut(result === '' ? '(an empty text)' : result)
  if (typeof result !== 'object' || result === null) return String(result)
  const table = formatRows(result)
  if (table !== undefined) return table
  const rows = namesOf(result) ?? (isRecord(result) ? fieldsOf(result, prompt) : undefined)
  return rows === undefined ? block(result) : cut(rows.join('\n'))
}

/** Formats arguments as one line: `a: 12, b: 12`. */
export function formatArguments(args: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return pairs.length === 0 ? 'no arguments' : cut(pairs.join(', '))
}

/**
 * Formats a list of named items as one line per item, with all of its fields. One line per other field of the
 * result follows. Returns undefined for other results.
 */
function namesOf(result: object): string[] | undefined {
  const { items: list, ...rest }: Readonly<Record<string, unknown>> = isRecord(result)
    ? result
    : { items: result }
  if (!Array.isArray(list) || list.length === 0 || !list.every(isNamed)) return undefined
  const rows = list.map(({ name, title, description, ...fields }) => {
    const texts = [title, description].filter((text) => typeof text === 'string')
    const about = texts.filter((text) => text !== name)
    const others = Object.entries({
      ...(typeof title === 'string' ? {} : { title }),
      ...(typeof description === 'string' ? {} : { description }),
      ...fields,
    }).flatMap(([field, value]) => (value === undefined ? [] : `${field}: ${textOf(value)}`))
    const parts = [about.join('. '), others.join(', ')].filter((part) => part !== '')
    return `- ${name}${parts.length === 0 ? '' : `: ${parts.join(' ')}`}`
  })
  const fields = Object.entries(rest).map(([field, value]) => `${field}: ${textOf(value)}`)
  return [...rows, ...fields]
}

const isNamed = (
  item: unknown,
): item is { readonly name: string; readonly [field: string]: unknown } =>
  isRecord(item) && typeof item['name'] === 'string'

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

/** Formats short fields as one line per field. Returns undefined if a field is long or there are no fields. */
function fieldsOf(result: Record<string, unknown>, prompt: string): string[] | undefined {
  const fields = Object.entries(result).map(([name, value]) => {
    return { name, text: textOf(value) }
  })
  if (fields.length === 0 || fields.some(({ text }) => text.length > 200)) return undefined
  const words = new Set(contentWords(prompt))
  const isAsked = ({ name }: { name: string }) => contentWords(name).some((word) => words.has(word))
  return fields
    .toSorted((left, right) => Number(isAsked(right)) - Number(isAsked(left)))
    .map(({ name, text }) => `${name}: ${text}`)
}

function block(value: object): string {
  return `\`\`\`json\n${cut(JSON.stringify(value, null, 2))}\n\`\`\``
}

function cut(text: string): string {
  return text.length <= maxChars
    ? text
    : `${text.slice(0, maxChars)}\n… (${text.length} characters)`
}
