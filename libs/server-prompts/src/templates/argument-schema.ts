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

// All jobs of the worker share one instance, because creating an instance with the meta-schema takes 20 ms.
const shared = createAjv({ meta: true })

function createAjv({ meta }: { readonly meta: boolean }): Ajv2020 {
  const created = new Ajv2020({
    // Clients of the Model Context Protocol send every argument as text, such as "3" for a number.
    coerceTypes: true,
    useDefaults: true,
    // An inherited property such as `toString` is not a property of the value.
    ownProperties: true,
    strict: false,
    logger: false,
    meta,
    // `compile` validates each schema with `shared`, because other instances lack the meta-schema.
    validateSchema: false,
  })
  formats.default(created)
  return created
}

/**
 * Returns the ajv instance for a schema. A schema with names (`$id`, `$anchor`, `$dynamicAnchor`) gets a
 * separate instance. Ajv would otherwise keep its named subschemas for all later schemas, and a subschema
 * with the name of the meta-schema would replace the meta-schema.
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
    // Throws if the schema is invalid. The result is a promise only for an asynchronous meta-schema,
    // which is not used here.
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
    // Ajv caches schemas by key and by object, so the schema is removed by both.
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
