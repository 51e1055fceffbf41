import type { ErrorObject, ValidateFunction } from 'ajv'
import { invalidParam } from '@mcp/server'

/** A job of the worker. If `response` is absent, the schema is only compiled. */
export interface SchemaJob {
  readonly schema: Readonly<Record<string, unknown>>
  /** The value to check. */
  readonly response?: { readonly value: unknown } | undefined
}

const maxErrors = 20

/**
 * Returns the violations of a schema, one line each.
 *
 * @throws McpError `invalid-params` if the schema is invalid.
 */
export async function validateResponse({ schema, response }: SchemaJob): Promise<string[]> {
  const check = await compile(schema)
  if (response === undefined || run(check, response.value)) return []
  return (check.errors ?? []).slice(0, maxErrors).map(describe)
}

async function compile(schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
  const [{ Ajv2020 }, { Ajv }, { default: formats }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv'),
    import('ajv-formats'),
  ])
  const dialect = schema['$schema']
  const isOlder = typeof dialect === 'string' && /draft-0[67]/.test(dialect)
  // With `ownProperties`, an inherited property such as `toString` cannot satisfy the schema.
  const options = { allErrors: true, strict: false, logger: false, ownProperties: true } as const
  const ajv = isOlder ? new Ajv(options) : new Ajv2020(options)
  formats.default(ajv)
  try {
    const check = ajv.compile(schema)
    if (!('$async' in check)) return check
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 300) : 'unreadable'
    throw invalidSchema(`invalid schema: ${why}`, cause)
  }
  throw invalidSchema('invalid schema: "$async" is not supported')
}

function run(check: ValidateFunction, value: unknown): boolean {
  try {
    return check(value)
  } catch (cause) {
    throw invalidSchema('the schema refers to itself endlessly', cause)
  }
}

function describe({ instancePath, message = 'is invalid', params }: ErrorObject): string {
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty']
  const what = typeof extra === 'string' ? `${message}: "${extra}"` : message
  return `${instancePath === '' ? 'the response' : instancePath} ${what}`.slice(0, 500)
}

const invalidSchema = (message: string, cause?: unknown) =>
  invalidParam('responseSchema', message, { reason: 'schema', cause })
