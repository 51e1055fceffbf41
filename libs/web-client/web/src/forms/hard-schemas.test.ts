import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { lineEndOf, memberOf, withItem, withMember } from './fields/change-value.ts'
import { checkValue } from './check/check-value.ts'
import type { FormPart } from './schema/form-part.ts'
import { formOf } from './schema/form-part.ts'
import hardSchemas from './hard-schemas.json' with { type: 'json' }
import { matchVariant } from './schema/match-variant.ts'
import { parseText, readNumber } from './fields/parse-text.ts'

interface HardSchema {
  /** The public tool that has a schema of this shape. */
  readonly source: string
  readonly schema: JsonSchema
  /** A valid value. */
  readonly value: unknown
}
const schemas: readonly HardSchema[] = hardSchemas

it('hands only these parts of the hardest schemas to the JSON editor, with the reason', () => {
  const handed = schemas.flatMap(({ source, schema }) =>
    formOf(schema).handed.map(({ path, reason }) => `${source} (${path}): ${reason}`),
  )
  expect(schemas.length).toBeGreaterThanOrEqual(40)
  expect(handed).toMatchInlineSnapshot(`
    [
      "Notion API, filter of a data source (filter.and): Its schema refers to itself.",
      "Notion API, filter of a data source (filter.or): Its schema refers to itself.",
      "Notion API, append block children (children.*.children): Its schema refers to itself.",
      "Slack Web API, chat.postMessage (blocks): Its properties are not described.",
      "Kubernetes, schema of a custom resource (properties): Its schema refers to itself.",
      "Kubernetes, schema of a custom resource (items): Its schema refers to itself.",
      "Kubernetes, schema of a custom resource (default): It accepts a value of any type.",
      "Elasticsearch, query DSL (query.bool.must): Its schema refers to itself.",
      "Elasticsearch, aggregations (aggs.*.aggs): Its schema refers to itself.",
      "n8n, nodes of a workflow (nodes.*.parameters): Its properties are not described.",
      "Vega-Lite, filter and domain (filter.not): Its schema refers to itself.",
      "GitHub Actions, workflow file (jobs): The names of its properties follow a pattern.",
      "Compose specification, service (depends_on): The names of its properties follow a pattern.",
      "OpenAPI 3.1, schema object (properties): Its schema refers to itself.",
      "npm, package.json (exports): Its schema refers to itself.",
      "JSON Patch, RFC 6902 (patch.*.value): It accepts a value of any type.",
      "GeoJSON, feature (properties): Its properties are not described.",
      "Atlassian MCP server, fields of an issue (description.content.*.marks.*.attrs): Its properties are not described.",
      "Atlassian MCP server, fields of an issue (description.content.*.content): Its schema refers to itself.",
      "Atlassian MCP server, fields of an issue (additionalFields): Its properties accept values of any type.",
      "Linear, filter of issues (filter.and): Its schema refers to itself.",
      "MongoDB MCP server, aggregate (options): Its properties accept values of any type.",
      "OpenAI Responses API, tools and format (tools.*.parameters): Its properties accept values of any type.",
      "Grafana, dashboard (panels.*.panels): Its schema refers to itself.",
      "AWS Step Functions, states (States): Its fields depend on the values of other fields.",
      "SchemaStore, schema with anchors and identifiers (node): Its schema refers to "#node", which is not part of the schema.",
      "SchemaStore, schema with anchors and identifiers (other): Its schema refers to "other.json#/x", which is not part of the schema.",
      "react-jsonschema-form, fields that depend on others (): Its fields depend on the values of other fields.",
      "SQL filter builders, union at the root (rules): Its schema refers to itself.",
    ]
  `)
})

describe.each(schemas)('$source', ({ schema, value }) => {
  const { part } = formOf(schema)

  it('accepts its value, and does not change it', () => {
    expect(checkValue(schema, value)).toEqual([])
    expect(throughForm(part, value)).toEqual(value)
  })

  it('does not change any value that its form can show', () => {
    fc.assert(
      fc.property(valueOf(part), (each) => {
        expect(throughForm(part, each)).toEqual(each)
      }),
      { numRuns: Number(process.env['FORM_RUNS'] ?? 25), seed: 20 },
    )
  })
})

/** Returns the value after the user has entered again what each field of the form shows. */
function throughForm(part: FormPart, value: unknown): unknown {
  if (value === undefined) return undefined
  switch (part.kind) {
    case 'text':
      return typeof value === 'string' ? retyped(value) : reread(value)
    case 'number':
      return typeof value === 'object' ? reread(value) : readNumber(JSON.stringify(value))
    case 'boolean':
      return [true, false].find((each) => each === value)
    case 'constant':
      return chosen([part.value], value)
    case 'choice':
      return chosen(part.values, value)
    case 'json':
      return reread(value)
    case 'union':
      return throughUnion(part, value)
    case 'list':
      return Array.from(Object(value), (item) => throughForm(part.item, item))
    case 'tuple':
      return throughTuple(part, value)
    case 'record':
      return throughObject({ kind: 'object', properties: [], rest: part.value }, value)
    case 'object':
      return throughObject(part, value)
  }
}

/** A control of the browser changes all line ends to `\n`. */
function retyped(text: string): unknown {
  const lineEnd = lineEndOf(text)
  if (lineEnd === undefined) return reread(text)
  return text.replaceAll(/\r\n?/g, '\n').replaceAll('\n', lineEnd)
}

function reread(value: unknown): unknown {
  const parsed = parseText(JSON.stringify(value, null, 2))
  return 'value' in parsed ? parsed.value : undefined
}

/** A value outside the choices stays, as a choice of its own. */
const chosen = (values: readonly unknown[], value: unknown) =>
  values.find((each) => JSON.stringify(each) === JSON.stringify(value)) ?? value

function throughUnion(part: FormPart & { readonly kind: 'union' }, value: unknown): unknown {
  const variant = part.variants[matchVariant(part.variants, value)]
  const changed = variant === undefined ? reread(value) : throughForm(variant, value)
  return part.shared === undefined ? changed : throughForm(part.shared, changed)
}

function throughTuple(part: FormPart & { readonly kind: 'tuple' }, value: unknown): unknown {
  const items: unknown[] = Array.from(Object(value))
  return items.reduce<readonly unknown[]>((list, item, index) => {
    const inner = part.items[index] ?? part.rest
    return inner === undefined ? list : withItem(list, index, throughForm(inner, item))
  }, items)
}

function throughObject(part: FormPart & { readonly kind: 'object' }, value: unknown): unknown {
  const record = isRecord(value) ? value : {}
  const named = new Map(part.properties.map(({ name, part: inner }) => [name, inner]))
  return Object.keys(record).reduce((changed, name) => {
    const inner = named.get(name) ?? part.rest
    if (inner === undefined) return changed
    return withMember(changed, name, throughForm(inner, memberOf(record, name)), false) ?? {}
  }, record)
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', 'null', '1', 'a\r\nb', 'a\nb\r\n', '\r'),
)
const anyNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((each) => !Number.isInteger(each)),
  fc.constantFrom(0, 1e21, 1e-7, 1e300),
)

/** Generates values that the form of a part can show. They need not be valid. */
function valueOf(part: FormPart): fc.Arbitrary<unknown> {
  switch (part.kind) {
    case 'text':
      return anyText
    case 'number':
      return part.isInteger ? fc.maxSafeInteger() : anyNumber
    case 'boolean':
      return fc.boolean()
    case 'constant':
      return fc.constant(part.value)
    case 'choice':
      return fc.constantFrom(...part.values)
    case 'json':
      return fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value), safeNumber))
    case 'union':
      return fc.oneof(...part.variants.map(valueOf))
    case 'list':
      return fc.array(valueOf(part.item), { maxLength: 3 })
    case 'tuple':
      return fc.tuple(...part.items.map(valueOf))
    case 'record':
      return fc.dictionary(anyText, valueOf(part.value), { maxKeys: 3 })
    case 'object':
      return fc.record(
        Object.fromEntries(part.properties.map(({ name, part: inner }) => [name, valueOf(inner)])),
        { requiredKeys: [] },
      )
  }
}

/** Whole numbers beyond 2^53 are read as text. */
function safeNumber(_name: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value
}
