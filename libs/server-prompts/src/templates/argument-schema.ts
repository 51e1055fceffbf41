import { McpError } from '@mcp/protocol'
import type { PromptArgument } from '@mcp/contracts/prompts'
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

// One for the whole worker: making one that knows the schema of schemas costs 20 ms.
const shared = createAjv({ meta: true })

function createAjv({ meta }: { readonly meta: boolean }): Ajv2020 {
  // Standard clients give every argument as text, so that numbers and booleans are read from it.
  const created = new Ajv2020({
    coerceTypes: true,
    useDefaults: true,
    strict: false,
    logger: false,
    meta,
    // Checked by the shared one, since the others know no schema of schemas.
    validateSchema: false,
  })
  formats.default(created)
  return created
}

/**
 * What a schema calls by a name of its own, ajv keeps for all schemas after it; and who calls something
 * by the name of the schema of schemas takes that away from all. Such a schema gets an ajv to itself.
 */
function ajvFor(schema: PromptArgument['schema']): Ajv2020 {
  const hasNames = /"\$(?:id|anchor|dynamicAnchor)"/.test(JSON.stringify(schema))
  return hasNames ? createAjv({ meta: false }) : shared
}

function compile(name: string, schema: PromptArgument['schema']): ValidateFunction {
  const key = 'argument:value'
  // Within an object, since only what has a holder can be replaced by what it was read as.
  const holder = { properties: { value: { $ref: key } } }
  const ajv = ajvFor(schema)
  try {
    // A promise only where the schema of schemas were an asynchronous one.
    void shared.validateSchema(schema, true)
    ajv.addSchema(schema, key)
    return ajv.compile(holder)
  } catch (cause) {
    throw schemaError(
      name,
      cause instanceof Error ? cause.message.slice(0, 300) : 'unreadable',
      cause,
    )
  } finally {
    // By their keys and by themselves: ajv would keep them all.
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
  const choices = Array.isArray(allowed) ? `: ${allowed.slice(0, 20).map(show).join(', ')}` : ''
  return `${inner === '' ? '' : `(at ${inner}) `}${message}${choices}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
