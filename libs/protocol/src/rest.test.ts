import { expect, it } from 'vitest'

import * as api from './rest.ts'

it('exports schemas for the bodies and the responses of the REST API', () => {
  const { runEndReasons, ...schemas } = api
  expect(runEndReasons).toContain('answered')
  for (const schema of Object.values(schemas)) expect(schema).toHaveProperty('safeParse')
})

it.each([
  ['a prompt', { prompt: 'x' }, true],
  ['a message to run again', { retry: 'm-1' }, true],
  ['a message to replace', { edit: 'm-1', prompt: 'x' }, true],
  ['nothing', {}, false],
  ['a message to replace, without a prompt', { edit: 'm-1' }, false],
  ['a message to run again, with a prompt', { retry: 'm-1', prompt: 'x' }, false],
])('validates a run with %s', (_, body, isValid) => {
  expect(api.runBody.safeParse(body).success).toBe(isValid)
})
