import type { JsonSchema } from '@mcp/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { checkValue } from './check/check-value.ts'
import { formOf } from './schema/form-part.ts'
import { throughForm, valueOf } from './through-form.fixture.ts'
import hardSchemas from './hard-schemas.json' with { type: 'json' }

interface HardSchema {
  /** The public tool that has a schema of this shape. */
  readonly source: string
  readonly schema: JsonSchema
  /** A valid value. */
  readonly value: unknown
}
const schemas: readonly HardSchema[] = hardSchemas

it('hands only these parts of the hardest schemas to the JSON editor, with the reason', () => {
  const jsonOnly = schemas.flatMap(({ source, schema }) =>
    formOf(schema).jsonOnly.map(({ path, reason }) => `${source} (${path}): ${reason}`),
  )
  expect(schemas.length).toBeGreaterThanOrEqual(40)
  expect(jsonOnly).toMatchInlineSnapshot(`
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

const runs = { numRuns: Number(process.env['FORM_RUNS'] ?? 25), seed: 20 }

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
      runs,
    )
  })
})
