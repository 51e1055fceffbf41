import type { OutputUnit } from '@cfworker/json-schema'
import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { resolveReference } from '../schema/resolve-reference.ts'

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

/** Returns the message of an error, for the user of a form. */
export function errorMessage(
  { keyword, keywordLocation, error }: OutputUnit,
  root: JsonSchema,
): string {
  const limit = valueAt(keywordLocation, root)
  switch (keyword) {
    case 'required':
      return 'Required.'
    case 'type':
      return `Must be ${[limit]
        .flat()
        .map((type) => typeNames[String(type)] ?? String(type))
        .join(' or ')}.`
    case 'minimum':
      return `Must be at least ${String(limit)}.`
    case 'maximum':
      return `Must be at most ${String(limit)}.`
    case 'exclusiveMinimum':
      return `Must be greater than ${String(limit)}.`
    case 'exclusiveMaximum':
      return `Must be less than ${String(limit)}.`
    case 'multipleOf':
      return `Must be a multiple of ${String(limit)}.`
    case 'minLength':
      return limit === 1 ? 'Must not be empty.' : `Must have at least ${String(limit)} characters.`
    case 'maxLength':
      return `Must have at most ${String(limit)} characters.`
    case 'minItems':
      return `Must have at least ${counted(limit, 'item')}.`
    case 'maxItems':
      return `Must have at most ${counted(limit, 'item')}.`
    case 'minProperties':
      return `Must have at least ${counted(limit, 'entry')}.`
    case 'maxProperties':
      return `Must have at most ${counted(limit, 'entry')}.`
    case 'uniqueItems':
      return 'Must not contain an item twice.'
    case 'pattern':
      return `Must match ${String(limit)}.`
    case 'format':
      return `Must be a valid ${String(limit)}.`
    case 'const':
      return `Must be ${JSON.stringify(limit)}.`
    case 'enum':
      return `Must be one of ${[limit]
        .flat()
        .map((value) => JSON.stringify(value))
        .join(', ')}.`
    case 'anyOf':
    case 'oneOf':
      return 'Must match one of the variants.'
    case 'not':
      return 'This value is not allowed.'
    case 'false':
      return 'Unknown property.'
    default:
      return error
  }
}

function counted(limit: unknown, noun: string): string {
  const plural = noun === 'entry' ? 'entries' : `${noun}s`
  return `${String(limit)} ${limit === 1 ? noun : plural}`
}

/** Returns the value of a keyword. Its location passes through references. */
function valueAt(location: string, root: JsonSchema): unknown {
  return location
    .split('/')
    .slice(1)
    .map((part) => decodeURI(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((part, name) => {
      if (Array.isArray(part)) return part[Number(name)]
      if (!isRecord(part)) return undefined
      const value = part[name]
      return name === '$ref' && typeof value === 'string' ? resolveReference(value, root) : value
    }, root)
}
