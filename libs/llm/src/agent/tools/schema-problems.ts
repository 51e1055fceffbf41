import type { Issue, JsonSchema } from '@mcp/protocol'
import { issuesOf } from '@mcp/protocol'
import * as z from 'zod'

const validators = new WeakMap<JsonSchema, z.ZodType | 'unsupported'>()

/**
 * Checks a value against a JSON Schema. Returns the problems, or none if zod does not support the schema.
 * `path` is the path of the value.
 */
export function schemaProblems(
  schema: JsonSchema,
  value: unknown,
  path: Issue['path'] = [],
): Issue[] {
  const known = validators.get(schema) ?? toZod(schema)
  validators.set(schema, known)
  if (known === 'unsupported') return []
  const checked = known.safeParse(value)
  if (checked.success) return []
  return issuesOf(checked.error.issues).map(({ path: inner, message }) => ({
    path: [...path, ...inner],
    message,
  }))
}

/** Converts a schema. If zod cannot, only the server checks the value. */
function toZod(schema: JsonSchema): z.ZodType | 'unsupported' {
  try {
    return z.fromJSONSchema(schema)
  } catch {
    return 'unsupported'
  }
}
