import { McpError } from '@mcp/protocol'
import type { PromptArgument } from '@mcp/protocol/contracts/prompts'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** Checks the values of one argument. */
export interface ArgumentCheck {
  /**
   * The value as the schema reads it: a number written as text becomes one.
   *
   * @throws McpError `invalid-params`, reason `argument-invalid`.
   */
  read(value: unknown): unknown
}

/**
 * Reads the JSON Schema of an argument, draft 2020-12.
 *
 * @throws McpError `invalid-params`, reason `argument-schema`, where it cannot be used.
 */
export function compileArgument({ name, schema }: PromptArgument): ArgumentCheck {
  const validate = compile(name, schema)
  return {
    read(value) {
      const holder = { value }
      if (run(name, validate, holder)) return holder.value
      const [error] = validate.errors ?? []
      throw new McpError('invalid-params', `arguments.${name} ${describe(error)}`, {
        details: {
          reason: 'argument-invalid',
          argument: name,
          path: ['params', 'arguments', name],
        },
      })
    },
  }
}

// One for the whole worker: making one costs 20 ms, and compiling with it half of one.
const ajv = createAjv()

function createAjv(): Ajv2020 {
  // Standard clients give every argument as text, so that numbers and booleans are read from it.
  const created = new Ajv2020({
    coerceTypes: true,
    useDefaults: true,
    strict: false,
    logger: false,
  })
  formats.default(created)
  return created
}

function compile(name: string, schema: PromptArgument['schema']): ValidateFunction {
  const key = 'argument:value'
  // Within an object, since only what has a holder can be replaced by what it was read as.
  const holder = { properties: { value: { $ref: key } } }
  try {
    ajv.addSchema(schema, key)
    return ajv.compile(holder)
  } catch (cause) {
    throw schemaError(
      name,
      cause instanceof Error ? cause.message.slice(0, 300) : 'unreadable',
      cause,
    )
  } finally {
    // By its key and by itself, for a schema may have an id of its own; ajv would keep them all.
    for (const added of [key, schema, holder]) ajv.removeSchema(added)
  }
}

function run(name: string, validate: ValidateFunction, holder: { value: unknown }): boolean {
  try {
    return validate(holder)
  } catch (cause) {
    throw schemaError(name, 'it refers to itself without end', cause)
  }
}

function schemaError(name: string, why: string, cause: unknown): McpError {
  return new McpError('invalid-params', `the schema of "${name}" cannot be used: ${why}`, {
    details: { reason: 'argument-schema', argument: name },
    cause,
  })
}

function describe(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'is not what its schema says', params = {} } = error ?? {}
  const inner = instancePath.split('/').slice(2).join('.')
  const allowed: unknown = 'allowedValues' in params ? params.allowedValues : undefined
  const choices = Array.isArray(allowed) ? `: ${allowed.slice(0, 20).join(', ')}` : ''
  return `${inner === '' ? '' : `(at ${inner}) `}${message}${choices}`
}
