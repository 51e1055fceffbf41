import { Validator } from '@cfworker/json-schema'
import type { OutputUnit } from '@cfworker/json-schema'
import type { JsonSchema } from '@mcp/protocol'

import { errorMessage } from './error-message.ts'
import { draftOf } from '../schema/schema-keywords.ts'
import { bestUnits } from './union-errors.ts'

/** An error of one field. The path of the whole value is empty. */
export interface FieldError {
  readonly path: readonly string[]
  readonly message: string
}

/** Checks a value against a JSON Schema. Returns the errors by field. */
export function checkValue(schema: JsonSchema, value: unknown): FieldError[] {
  const seen = new Set<string>()
  return bestUnits(unitsOf(schema, value))
    .map((unit) => ({ path: pathOf(unit), message: errorMessage(unit, schema) }))
    .filter(({ path, message }) => {
      const key = JSON.stringify([path, message])
      return !seen.has(key) && seen.add(key)
    })
}

function unitsOf(schema: JsonSchema, value: unknown): readonly OutputUnit[] {
  try {
    return new Validator({ ...schema }, draftOf(schema), false).validate(value).errors
  } catch {
    // A schema with an unknown reference or an invalid pattern cannot be checked here. The server checks it.
    return []
  }
}

function pathOf({ instanceLocation, keyword, error }: OutputUnit): string[] {
  const path = instanceLocation.split('/').slice(1).map(decodePointer)
  const name = keyword === 'required' ? /"(.*)"/s.exec(error)?.[1] : undefined
  return name === undefined ? path : [...path, name]
}

function decodePointer(part: string): string {
  return decodeURI(part).replaceAll('~1', '/').replaceAll('~0', '~')
}
