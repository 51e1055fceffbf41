import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { afterAll, expect, it } from 'vitest'
import * as z from 'zod'

import { createTestService } from '../fixtures/test-service.ts'

const ask = (title: string) =>
  operation({
    title,
    description: title,
    core: true,
    hints: { interactive: true },
    params: () => z.object({}),
    result: () => z.string(),
    examples: [{ params: {} }],
  })
const survey = defineContract({
  name: 'survey',
  type: 'survey',
  target: 'topic',
  fixedTarget: 'survey',
  version: '1.0.0',
  operations: { named: ask('Asks under a name'), twice: ask('Asks twice under a name') },
})
const schema = { type: 'object', properties: { name: { type: 'string' } } }
const question = { key: 'user_name', message: 'Your name?', schema }

const service = createTestService({
  servers: [
    defineServer(survey, {
      named: async (_params, { elicit }) => String((await elicit(question)).content?.['name']),
      async twice(_params, { elicit }) {
        const both = await Promise.all([elicit(question), elicit(question)])
        return both.map(({ content }) => String(content?.['name'])).join()
      },
    }),
  ],
})
afterAll(() => service.close())

async function call(tool: string, inputResponses?: unknown, requestState?: string) {
  const response = await service.send('POST', {
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': tool,
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: tool,
        arguments: {},
        ...(inputResponses === undefined ? {} : { inputResponses }),
        ...(requestState === undefined ? {} : { requestState }),
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
        },
      },
    },
  })
  return z.looseObject({ result: z.looseObject({}) }).parse(await response.json()).result
}

const accept = (name: string) => ({ action: 'accept', content: { name } })

it('asks under the key that the operation chose', async () => {
  expect(await call('survey_named')).toMatchObject({
    resultType: 'input_required',
    inputRequests: { user_name: { method: 'elicitation/create' } },
  })
})

it('uses a response that was sent with the call, and ignores others', async () => {
  const responses = { user_name: accept('Ada'), unknown: accept('Bob') }
  expect(await call('survey_named', responses)).toMatchObject({ content: [{ text: 'Ada' }] })
})

it.each([
  ['under another key', { name: accept('Ada') }],
  ['with an unknown action', { user_name: { action: 'maybe' } }],
  ['that is not an object', { user_name: 12_345 }],
])('asks again after a response %s', async (_case, responses) => {
  const result = await call('survey_named', responses)
  expect(result).toMatchObject({ inputRequests: { user_name: {} } })
})

it('uses a response for one question only', async () => {
  const first = await call('survey_twice', { user_name: accept('Ada') })
  const { inputRequests, requestState } = z
    .object({ inputRequests: z.record(z.string(), z.unknown()), requestState: z.string() })
    .parse(first)
  const [key = '', ...others] = Object.keys(inputRequests)
  expect(others).toEqual([])
  expect(await call('survey_twice', { [key]: accept('Bob') }, requestState)).toMatchObject({
    content: [{ text: 'Ada,Bob' }],
  })
})
