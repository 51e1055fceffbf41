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
  work: ({ data }) => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...schemaOf([data]),
  }),
})

/** Returns one schema that matches all of the values. */
function schemaOf(values: readonly unknown[]): Record<string, unknown> {
  const types = typesOf(values)
  const texts = values.filter((value) => typeof value === 'string')
  const format = texts.length > 0 ? formatOf(texts) : undefined
  const objects = values.filter(isRecord)
  const items = values.flatMap((value): unknown[] => (Array.isArray(value) ? value : []))
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...(format === undefined ? {} : { format }),
    ...(objects.length === 0 ? {} : propertiesOf(objects)),
    ...(items.length === 0 ? {} : { items: schemaOf(items) }),
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

function propertiesOf(objects: readonly Readonly<Record<string, unknown>>[]) {
  const byKey = new Map<string, unknown[]>()
  for (const [key, value] of objects.flatMap((object) => Object.entries(object))) {
    const seen = byKey.get(key)
    if (seen === undefined) byKey.set(key, [value])
    else seen.push(value)
  }
  const required = [...byKey].filter(([, values]) => values.length === objects.length)
  return {
    properties: Object.fromEntries(
      Array.from(byKey, ([key, values]) => [key, schemaOf(values)] as const),
    ),
    ...(required.length === 0 ? {} : { required: required.map(([key]) => key) }),
  }
}

const formats: readonly (readonly [string, RegExp])[] = [
  ['date', /^\d{4}-\d{2}-\d{2}$/],
  ['date-time', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})$/],
  ['uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ['email', /^[^\s@]+@[^\s@.]+\.[^\s@]+$/],
  ['uri', /^https?:\/\/\S+$/],
]

function formatOf(texts: readonly string[]): string | undefined {
  return formats.find(([, shape]) => texts.every((text) => shape.test(text)))?.[0]
}
