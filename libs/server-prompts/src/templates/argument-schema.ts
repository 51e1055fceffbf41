import { McpError } from '@mcp/protocol'
import type { PromptArgument } from '@mcp/contracts/prompts'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** Validates the values of one argument. */
export interface ArgumentParser {
  /**
   * Returns the value converted to the type of the schema, such as the text "3" to the number 3.
   *
   * @throws McpError `invalid-params`, reason `argument-invalid`.
   */
  parse(value: unknown): unknown
}

/**
 * Compiles the JSON Schema (draft 2020-12) of an argument.
 *
 * @throws McpError `invalid-params`, reason `argument-schema`, if the schema is invalid.
 */
export function compileArgument({ name, schema }: PromptArgument): ArgumentParser {
  const validate = compile(name, schema)
  return {
    parse(value) {
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

// Shared by the whole worker, because an instance with the meta-schema takes 20 ms to create.
const shared = createAjv({ meta: true })

function createAjv({ meta }: { readonly meta: boolean }): Ajv2020 {
  // Clients of the Model Context Protocol send every argument as text, so numbers and booleans are
  // parsed.
  const created = new Ajv2020({
    coerceTypes: true,
    useDefaults: true,
    strict: false,
    logger: false,
    meta,
    // Only `shared` validates schemas; other instances do not have the meta-schema.
    validateSchema: false,
  })
  formats.default(created)
  return created
}

/**
 * Returns the ajv instance for a schema. Ajv keeps named subschemas (`$id`, `$anchor`) for all later
 * schemas, and a subschema named like the meta-schema would replace it. A schema with names gets a
 * separate instance.
 */
function ajvFor(schema: PromptArgument['schema']): Ajv2020 {
  const hasNames = /"\$(?:id|anchor|dynamicAnchor)"/.test(JSON.stringify(schema))
  return hasNames ? createAjv({ meta: false }) : shared
}

function compile(name: string, schema: PromptArgument['schema']): ValidateFunction {
  const key = 'argument:value'
  // The value is wrapped in an object, because ajv can write coerced values only to properties of an
  // object.
  const holder = { properties: { value: { $ref: key } } }
  const ajv = ajvFor(schema)
  try {
    // The result is a promise only for an asynchronous meta-schema, which is not used here.
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
    // Ajv caches schemas by key and by object, so both are removed.
    for (const added of [key, schema, holder]) ajv.removeSchema(added)
  }
}

function run(name: string, validate: ValidateFunction, holder: { value: unknown }): boolean {
  try {
    return validate(holder)
  } catch (cause) {
    throw schemaError(name, 'infinite recursion', cause)
  }
}

function schemaError(name: string, problem: string, cause: unknown): McpError {
  return new McpError('invalid-params', `invalid schema of "${name}": ${problem}`, {
    details: { reason: 'argument-schema', argument: name },
    cause,
  })
}

function describe(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'does not match its schema', params = {} } = error ?? {}
  const inner = instancePath.split('/').slice(2).join('.')
  const allowed: unknown = 'allowedValues' in params ? params.allowedValues : undefined
  const choices = Array.isArray(allowed) ? `: ${allowed.slice(0, 20).map(show).join(', ')}` : ''
  return `${inner === '' ? '' : `(at ${inner}) `}${message}${choices}`
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
