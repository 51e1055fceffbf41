import type { JsonSchema } from '@mcp/protocol'

import type { ShownInteraction } from './read-interaction.ts'

type Values = Readonly<Record<string, unknown>>

const sampling: JsonSchema = {
  type: 'object',
  properties: {
    content: {
      type: 'object',
      title: 'Message',
      properties: { type: { const: 'text' }, text: { type: 'string', title: 'Text' } },
      required: ['type', 'text'],
    },
    role: { enum: ['assistant', 'user'], title: 'Role' },
    model: { type: 'string', title: 'Model', description: 'Name of the author.' },
    stopReason: { type: 'string', title: 'Reason of the end' },
  },
  required: ['content', 'role', 'model'],
}

const roots: JsonSchema = {
  type: 'object',
  properties: {
    roots: {
      type: 'array',
      title: 'Roots',
      items: {
        type: 'object',
        properties: {
          uri: { type: 'string', format: 'uri', title: 'URI' },
          name: { type: 'string', title: 'Name' },
        },
        required: ['uri'],
      },
    },
  },
  required: ['roots'],
}

/** Returns the schema of the content of a response, or undefined if it has none. */
export function responseSchema({ kind, schema, url }: ShownInteraction): JsonSchema | undefined {
  if (kind === 'sampling') return sampling
  if (kind === 'roots') return roots
  // The user responds at the URL.
  return url === undefined ? schema : undefined
}

/** Returns the content with which a form starts: the defaults of an elicitation, or an empty response. */
export function initialContent({ kind, schema }: ShownInteraction): Values {
  if (kind === 'roots') return { roots: [{ uri: 'file:///' }] }
  if (kind === 'sampling') {
    return { content: { type: 'text', text: '' }, role: 'assistant', model: 'user' }
  }
  return schema === undefined ? {} : defaultsOf(schema)
}

/** Returns the defaults of the properties of a schema. */
export function defaultsOf({ properties }: JsonSchema): Values {
  const entries = Object.entries(Object(properties)).flatMap(([name, property]) => {
    const { default: preset } = Object(property)
    return preset === undefined ? [] : [[name, preset]]
  })
  return Object.fromEntries(entries)
}
