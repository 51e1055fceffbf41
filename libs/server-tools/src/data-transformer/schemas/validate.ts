import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import type { ErrorObject, ValidateFunction } from 'ajv'
import * as z from 'zod'

import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'

const maxErrors = 100

export const validate = sandboxedOperation({
  title: 'Validate data',
  description: 'Validates data against a JSON Schema, draft 2020-12 or draft 7.',
  params: () =>
    z.object({
      data: z.unknown().describe('The data to validate.'),
      schema: z
        .union([z.record(z.string(), z.unknown()), z.boolean()])
        .describe('The schema. It must not reference other schemas.'),
    }),
  result: () =>
    z.object({
      valid: z.boolean(),
      errors: z.array(
        z.object({
          path: z.string().describe('JSON Pointer to the invalid value; empty for the whole.'),
          keyword: z.string(),
          message: z.string(),
        }),
      ),
    }),
  hints: { readOnly: true },
  errors: ['timeout'],
  examples: [
    {
      title: 'Does {"age": -1} fit a schema with age at least 0?',
      params: {
        data: { age: -1 },
        schema: { type: 'object', properties: { age: { type: 'integer', minimum: 0 } } },
      },
      result: {
        valid: false,
        errors: [{ path: '/age', keyword: 'minimum', message: 'must be >= 0' }],
      },
    },
    {
      title: 'Is "ann@example.com" a valid email by schema?',
      params: { data: 'ann@example.com', schema: { type: 'string', format: 'email' } },
      result: { valid: true, errors: [] },
    },
  ],
  async work({ data, schema }) {
    const check = await compile(schema)
    const valid = run(check, data)
    const errors = valid ? [] : (check.errors ?? [])
    return { valid, errors: errors.slice(0, maxErrors).map(describe) }
  },
})

async function compile(schema: boolean | Record<string, unknown>): Promise<ValidateFunction> {
  const [{ Ajv2020 }, { Ajv }, { default: formats }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv'),
    import('ajv-formats'),
  ])
  const dialect = typeof schema === 'boolean' ? undefined : schema['$schema']
  const isOlder = typeof dialect === 'string' && /draft-0[67]/.test(dialect)
  // With `ownProperties`, an inherited property such as `toString` cannot satisfy the schema.
  const options = { allErrors: true, strict: false, logger: false, ownProperties: true } as const
  const ajv = isOlder ? new Ajv(options) : new Ajv2020(options)
  formats.default(ajv)
  try {
    const check = ajv.compile(schema)
    if (!('$async' in check)) return check
    throw new McpError('invalid-params', '"$async" is not supported')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 300) : 'it is malformed'
    throw invalidParam('schema', `invalid schema: ${why}`, { reason: 'schema', cause })
  }
}

function run(check: ValidateFunction, data: unknown): boolean {
  try {
    return check(data)
  } catch (cause) {
    throw invalidParam('schema', 'the schema references itself infinitely', {
      reason: 'schema',
      cause,
    })
  }
}

function describe({ instancePath, keyword, message = 'is invalid', params }: ErrorObject) {
  const extra: unknown = params['additionalProperty'] ?? params['unevaluatedProperty']
  return {
    path: instancePath,
    keyword,
    message: typeof extra === 'string' ? `${message}: "${extra}"` : message,
  }
}
