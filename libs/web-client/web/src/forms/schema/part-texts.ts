import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

/** Texts that a schema has for its user. */
export interface PartTexts {
  readonly title?: string
  readonly description?: string
  /** The default of the server. A form shows it, but does not fill it in. */
  readonly preset?: unknown
  /** Range or length of a value, such as `1 to 14`. */
  readonly bounds?: string
}

export function textsOf(schema: unknown): PartTexts {
  if (!isRecord(schema)) return {}
  const { title, description, default: preset } = schema
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(preset === undefined ? {} : { preset }),
  }
}

/** A bound of this size or more is the bound of the number type, so the form does not show it. */
const hugeNumber = 2 ** 53 - 1

export function boundsOf(schema: JsonSchema): PartTexts {
  const { minimum, maximum, minLength, maxLength } = schema
  const isNumber = minimum !== undefined || maximum !== undefined
  const [from, to] = (isNumber ? [minimum, maximum] : [minLength, maxLength]).map((bound) =>
    typeof bound === 'number' && Math.abs(bound) < hugeNumber ? bound : undefined,
  )
  const unit = isNumber ? '' : ' characters'
  if (from !== undefined && to !== undefined) return { bounds: `${from} to ${to}${unit}` }
  if (to !== undefined) return { bounds: `at most ${to}${unit}` }
  return from === undefined || (!isNumber && from <= 1) ? {} : { bounds: `at least ${from}${unit}` }
}

const longNames = /text|content|template|html|message|sql|patch|body|prompt|system/i

/** Whether the text at a path may have several lines. */
export function isLongText({ maxLength, enum: choices }: JsonSchema, path: string): boolean {
  if (choices !== undefined || (typeof maxLength === 'number' && maxLength < 200)) return false
  return longNames.test(path.slice(path.lastIndexOf('.') + 1))
}
