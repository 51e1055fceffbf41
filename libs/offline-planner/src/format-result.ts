import { isRecord } from '@mcp/protocol'

import { contentWords } from '@mcp/llm'

const maxChars = 2000

/** Formats a result for users. Fields that the prompt names come first. */
export function formatResult(result: unknown, prompt: string): string {
  if (typeof result === 'string') return cut(result === '' ? '(an empty text)' : result)
  if (typeof result !== 'object' || result === null) return String(result)
  const rows = namesOf(result) ?? (isRecord(result) ? fieldsOf(result, prompt) : undefined)
  return rows === undefined ? block(result) : cut(rows.join('\n'))
}

/** Formats arguments as one line: `a: 12, b: 12`. */
export function formatArguments(args: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return pairs.length === 0 ? 'no arguments' : cut(pairs.join(', '))
}

/** Formats a list of named items as one line per item. Returns undefined for other results. */
function namesOf(result: object): string[] | undefined {
  const list: unknown = isRecord(result) ? result['items'] : result
  if (!Array.isArray(list) || list.length === 0) return undefined
  const rows = list.map((item: unknown) => {
    if (!isRecord(item) || typeof item['name'] !== 'string') return undefined
    const { name, title, description } = item
    const about = [title, description].filter((text) => typeof text === 'string' && text !== name)
    return `- ${name}${about.length === 0 ? '' : `: ${about.join('. ')}`}`
  })
  return rows.includes(undefined) ? undefined : rows.filter((row) => row !== undefined)
}

/** Formats short fields as one line per field. Returns undefined if a field is long or none exists. */
function fieldsOf(result: Record<string, unknown>, prompt: string): string[] | undefined {
  const fields = Object.entries(result).map(([name, value]) => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    return { name, text }
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
