import { expect, it } from 'vitest'

import { checkValue } from '../forms/check/check-value.ts'
import { formOf } from '../forms/schema/form-part.ts'
import { readInteraction } from './read-interaction.ts'
import { initialContent, responseSchema } from './response-schema.ts'

it('reads an elicitation with its form and its expiry', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } }
  const expiresAt = '2026-11-29T12:00:00.000Z'
  expect(
    readInteraction('int-1', { kind: 'elicitation', message: 'Your name?', schema, expiresAt }),
  ).toEqual({
    interactionId: 'int-1',
    kind: 'elicitation',
    title: 'A server needs information',
    message: 'Your name?',
    schema,
    isLink: false,
    expiresAt: Date.parse(expiresAt),
  })
})

it.each([
  ['https://example.com/login', true],
  ['javascript:alert(1)', false],
  ['data:text/html,x', false],
])('reads whether the URL %j is one of the web', (url, isLink) => {
  expect(readInteraction('int-1', { kind: 'elicitation', url })).toMatchObject({ url, isLink })
})

it('shows an unknown kind, and data that is malformed', () => {
  expect(readInteraction('int-1', { kind: 'choice' }).title).toBe('A server requests: choice')
  expect(readInteraction('int-1', {})).toMatchObject({ kind: 'interaction', message: '' })
})

const cases: readonly (readonly [data: object, content: unknown])[] = [
  [
    {
      kind: 'elicitation',
      schema: { properties: { a: { type: 'integer', default: 3 }, b: { type: 'string' } } },
    },
    { a: 3 },
  ],
  [{ kind: 'elicitation', schema: {} }, {}],
  [{ kind: 'roots' }, { roots: [{ uri: 'file:///' }] }],
  [
    { kind: 'sampling', sampling: {} },
    { content: { type: 'text', text: '' }, role: 'assistant', model: 'user' },
  ],
]

it.each(cases)('starts the response to %j with %j, which its form keeps', (data, content) => {
  const interaction = readInteraction('int-1', { ...data })
  expect(initialContent(interaction)).toEqual(content)
  const schema = responseSchema(interaction) ?? {}
  expect(formOf(schema).jsonOnly.filter(({ path }) => path !== '')).toEqual([])
  expect(checkValue(schema, content)).toEqual([])
})

it.each([
  [{ kind: 'approval' }],
  [{ kind: 'elicitation', url: 'https://example.com', schema: { type: 'object' } }],
])('requests no content for %j', (data) => {
  expect(responseSchema(readInteraction('int-1', data))).toBeUndefined()
})
