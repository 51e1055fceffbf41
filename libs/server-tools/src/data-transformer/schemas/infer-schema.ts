import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import { sandboxedOperation, linearInlineLimit } from '../../sandbox/sandboxed-operation.ts'

export const inferSchema = sandboxedOperation({
  title: 'Infer a schema',
  description:
    'Infers a JSON Schema from data: types, formats, properties and which of them are required.',
  params: () =>
    z.object({
      data: z.unknown().describe('The data to infer the schema from, such as a list of samples.'),
    }),
  result: () => z.record(z.string(), z.unknown()),
  hints: { readOnly: true },
  examples: [
    {
      title: 'Infer the schema of [{"id": 1, "name": "Ann"}, {"id": 2}]',
      params: { data: [{ id: 1, name: 'Ann' }, { id: 2 }] },
      result: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'array',
        items: {
          type: 'object',
          properties: { id: { type: 'integer' }, name: { type: 'string' } },
          required: ['id'],
        },
      },
    },
  ],
  inlineLimit: linearInlineLimit,
  async work({ data }) {
    const isValid = await loadFormats()
    return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schemaOf([data], isValid) }
  },
})

/** Returns one schema that matches all of the values. */
function schemaOf(values: readonly unknown[], isValid: FormatCheck): Record<string, unknown> {
  const types = typesOf(values)
  const texts = values.filter((value) => typeof value === 'string')
  const format = texts.length > 0 ? formatOf(texts, isValid) : undefined
  const objects = values.filter(isRecord)
  const items = values.flatMap((value): unknown[] => (Array.isArray(value) ? value : []))
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...(format === undefined ? {} : { format }),
    ...(objects.length === 0 ? {} : propertiesOf(objects, isValid)),
    ...(items.length === 0 ? {} : { items: schemaOf(items, isValid) }),
  }
}

function typesOf(values: readonly unknown[]): string[] {
  const types = new Set(values.map(typeOf))
  if (types.has('number')) types.delete('integer')
  return [...types].toSorted()
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function propertiesOf(objects: readonly Readonly<Record<string, unknown>>[], isValid: FormatCheck) {
  const byKey = new Map<string, unknown[]>()
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const seen = byKey.get(key)
    if (seen === undefined) byKey.set(key, [value])
    else seen.push(value)
  }
  const required = [...byKey].filter(([, values]) => values.length === objects.length)
  return {
    properties: Object.fromEntries(
      Array.from(byKey, ([key, values]) => [key, schemaOf(values, isValid)] as const),
    ),
    ...(required.length === 0 ? {} : { required: required.map(([key]) => key) }),
  }
}

const formatShapes = [
  ['date', /^\d{4}-\d{2}-\d{2}$/],
  ['date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})$/],
  ['uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ['email', /^[^\s@]+@[^\s@.]+\.[^\s@]+$/],
  ['uri', /^https?:\/\/\S+$/],
] as const

type FormatName = (typeof formatShapes)[number][0]

type FormatCheck = (format: FormatName, text: string) => boolean

/**
 * Loads the format checks that `validate` uses, so that `validate` accepts each inferred format. For example,
 * 2025-02-30 is not a date.
 */
async function loadFormats(): Promise<FormatCheck> {
  const [{ Ajv2020 }, { default: formats }] = await Promise.all([
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
  ])
  const ajv = new Ajv2020({ meta: false, validateSchema: false, logger: false })
  formats.default(ajv)
  const checks = new Map(formatShapes.map(([format]) => [format, { type: 'string', format }]))
  return (name, text) => ajv.validate(checks.get(name) ?? false, text)
}

function formatOf(texts: readonly string[], isValid: FormatCheck): FormatName | undefined {
  return formatShapes.find(([name, shape]) =>
    texts.every((text) => shape.test(text) && isValid(name, text)),
  )?.[0]
}
