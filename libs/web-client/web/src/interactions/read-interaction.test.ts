import { expect, it } from 'vitest'

import { initialContent, readInteraction } from './read-interaction.ts'

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

it('starts a form with the defaults of its schema', () => {
  const properties = {
    name: { type: 'string' },
    level: { enum: ['low', 'high'] },
    count: { type: 'integer', default: 3 },
    size: { type: 'number' },
    agreed: { type: 'boolean' },
  }
  expect(initialContent({ type: 'object', properties })).toEqual({
    name: '',
    level: 'low',
    count: 3,
    size: null,
    agreed: false,
  })
  expect(initialContent({})).toEqual({})
})
