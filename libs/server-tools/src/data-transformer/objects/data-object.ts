import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

/** Returns the schema of an object with any keys. `z.record` would remove the key `__proto__`. */
export function dataObject() {
  return z
    .custom<Record<string, unknown>>(isRecord, 'Invalid input: expected an object')
    .meta({ type: 'object', additionalProperties: {} })
}
