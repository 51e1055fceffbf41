import { isRecord } from '@mcp/protocol'

type Fields = Readonly<Record<string, unknown>>

/**
 * Collects the data of a message that the provider requires back with its tool calls: reasoning and
 * signatures. DeepSeek, Gemini and Anthropic refuse a conversation without it.
 */
export interface Reasoning {
  /** Adds a message or a piece of one. Returns the text of the reasoning in it, or an empty string. */
  add(message: Fields): string
  finish(message: FinishedMessage): ProviderData | undefined
}

export interface FinishedMessage {
  /** The requested model. */
  readonly model: string
  /** The text with the reasoning between tags. */
  readonly written: string
  /** The text without the reasoning. */
  readonly text: string
}

/** Further fields of a message or of a tool call, which are sent back unchanged. */
export interface ProviderData {
  /** The model that requires the data. Other models refuse it. */
  readonly model: string
  readonly fields: Fields
}

const textFields = ['reasoning_content', 'reasoning']
const listFields = ['reasoning_details', 'thinking_blocks']
const valueFields = ['extra_content', 'provider_specific_fields']

/** Creates an empty collection. */
export function createReasoning(): Reasoning {
  const texts = new Map<string, string>()
  const lists = new Map<string, Record<string, unknown>[]>()
  const values: Record<string, unknown> = {}

  return {
    add(message) {
      let shown = ''
      for (const name of textFields) {
        const text = message[name]
        if (typeof text !== 'string') continue
        texts.set(name, (texts.get(name) ?? '') + text)
        // Some gateways send the same text in both fields.
        shown ||= text
      }
      for (const name of listFields) {
        const list = message[name]
        if (!Array.isArray(list)) continue
        const known = lists.get(name) ?? []
        lists.set(name, known)
        for (const item of list) if (isRecord(item)) addItem(known, item)
      }
      for (const name of valueFields) {
        const value = message[name] ?? undefined
        if (value !== undefined) values[name] = value
      }
      return shown
    },
    finish({ model, written, text }) {
      return createProviderData(model, {
        ...Object.fromEntries(texts),
        ...Object.fromEntries(lists),
        ...values,
        ...(written === text ? {} : { content: written }),
      })
    },
  }
}

const joinedFields = new Set(['text', 'summary', 'thinking', 'data'])

/** Adds an item of a list. In a stream, items with the same index and type are pieces of one item. */
function addItem(list: Record<string, unknown>[], item: Fields): void {
  const last = list.at(-1)
  const { index, type } = item
  if (
    last === undefined ||
    index === undefined ||
    last['index'] !== index ||
    last['type'] !== type
  ) {
    list.push({ ...item })
    return
  }
  for (const [name, value] of Object.entries(item)) {
    const known = last[name]
    const isPiece = joinedFields.has(name) && typeof known === 'string' && typeof value === 'string'
    if (isPiece) last[name] = known + value
    else if (value !== null) last[name] = value
  }
}

/** Returns the data with these fields, or undefined if there are none. */
export function createProviderData(model: string, fields: Fields): ProviderData | undefined {
  return Object.keys(fields).length === 0 ? undefined : { model, fields }
}

/** Returns the fields if they are sent to the model that requires them. */
export function fieldsFor(model: string, data: unknown): Fields {
  if (!isRecord(data) || data['model'] !== model) return {}
  return isRecord(data['fields']) ? data['fields'] : {}
}
