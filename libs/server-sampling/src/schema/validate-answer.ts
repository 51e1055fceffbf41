import type { ErrorObject, ValidateFunction } from 'ajv'
import { invalidParam } from '@mcp/server'

/** What runs in the worker: a schema alone is only compiled. */
export interface SchemaJob {
  readonly schema: Readonly<Record<string, unknown>>
  /** The value to check, where there is one. */
  readonly answer?: { readonly value: unknown } | undefined
}

const mostErrors = 20

/**
 * What is wrong with a value by a schema: one line each, none where it fits.
 *
 * @throws McpError `invalid-params` where the schema cannot be used.
 */
export async function validateAnswer({ schema, answer }: SchemaJob): Promise<string[]> {
  const check = await compile(schema)
  if (answer === undefined || run(check, answer.value)) return []
  return (check.errors ?? []).slice(0, mostErrors).map(describe)
}

async function compile(schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
  const [{ Ajv2020 }, { Ajv }, { default: formats }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv'),
    import('ajv-formats'),
  ])
  const dialect = schema['$schema']
  const isOlder = typeof dialect === 'string' && /draft-0[67]/.test(dialect)
  // Own properties alone: an answer must not fit for what every object inherits.
  const options = { allErrors: true, strict: false, logger: false, ownProperties: true } as const
  const ajv = isOlder ? new Ajv(options) : new Ajv2020(options)
  formats.default(ajv)
  try {
    const check = ajv.compile(schema)
    if (!('$async' in check)) return check
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 300) : 'it cannot be read'
    throw unusable(`the schema cannot be used: ${why}`, cause)
  }
  throw unusable('the schema cannot be used: "$async" is not available')
}

function run(check: ValidateFunction, value: unknown): boolean {
  try {
    return check(value)
  } catch (cause) {
    throw unusable('the schema refers to itself without end', cause)
  }
}

function describe({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty']
  const what = typeof extra === 'string' ? `${message}: "${extra}"` : message
  return `${instancePath === '' ? 'the answer' : instancePath} ${what}`.slice(0, 500)
}

const unusable = (message: string, cause?: unknown) =>
  invalidParam('responseSchema', message, { reason: 'schema', cause })
