import { isRecord } from '@mcp/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import type { Respond } from '../../fixtures/completions-server.ts'
import {
  chunk,
  closeCompletionsServers,
  json,
  startCompletionsServer,
  streamOf,
} from '../../fixtures/completions-server.ts'
import { catalogue, createSession } from '../../fixtures/test-catalogue.ts'
import { runAgent } from '../../agent/run-agent.ts'
import { createOpenAiCompatibleProvider } from './openai-compatible-provider.ts'

afterEach(closeCompletionsServers)

type Fields = Readonly<Record<string, unknown>>

const call = (fields: Fields = {}) => ({
  index: 0,
  id: 'a',
  type: 'function',
  function: { name: 'calculator_add', arguments: '{"a":2,"b":3}' },
  ...fields,
})
const signature = { google: { thought_signature: 'SIG' } }
const details = [{ type: 'reasoning.text', index: 0, text: 'add', signature: 'SIG' }]
const blocks = [{ type: 'thinking', thinking: 'add', signature: 'SIG' }]

/** Runs the agent against a server whose first response has this message. Returns the sent messages. */
async function sentAfter(respond: Respond, isStreamed: boolean, models = ['small', 'small']) {
  let requests = 0
  const server = await startCompletionsServer((response, request) => {
    requests++
    const next = requests === 1 ? respond : json(200, { choices: [{ message: { content: '5' } }] })
    next(response, request)
  })
  const provider = createOpenAiCompatibleProvider({ url: server.url, model: models[0] })
  const { call: callOperation } = createSession()
  const options = {
    provider,
    catalogue,
    call: callOperation,
    ...(isStreamed ? { onEvent() {} } : {}),
  }
  const { messages } = await runAgent({ ...options, prompt: '2 + 3?' })
  if (models[1] !== models[0])
    await runAgent({ ...options, messages, prompt: 'Again.', model: models[1] })
  const { body } = server.received.at(-1) ?? {}
  const sent = isRecord(body) ? body['messages'] : []
  return (Array.isArray(sent) ? sent : [])
    .filter(isRecord)
    .filter((message) => 'tool_calls' in message)
}

describe.each<readonly [string, Fields, Fields]>([
  [
    'reasoning_content',
    { reasoning_content: 'add', tool_calls: [call()] },
    { reasoning_content: 'add' },
  ],
  ['reasoning', { reasoning: 'add', tool_calls: [call()] }, { reasoning: 'add' }],
  [
    'reasoning_details',
    { reasoning_details: details, tool_calls: [call()] },
    { reasoning_details: details },
  ],
  [
    'thinking_blocks',
    { thinking_blocks: blocks, tool_calls: [call()] },
    { thinking_blocks: blocks },
  ],
  [
    'extra_content',
    { extra_content: signature, tool_calls: [call()] },
    { extra_content: signature },
  ],
  [
    'extra_content of a call',
    { tool_calls: [call({ extra_content: signature })] },
    { tool_calls: [{ id: 'a', extra_content: signature }] },
  ],
  [
    'thought_signature of a call',
    { tool_calls: [call({ thought_signature: 'SIG' })] },
    { tool_calls: [{ id: 'a', thought_signature: 'SIG' }] },
  ],
  [
    'a think block',
    { content: '<think>add</think>Let me see.', tool_calls: [call()] },
    { content: '<think>add</think>Let me see.' },
  ],
])('%s of a message with tool calls', (_name, message, expected) => {
  const asDocument = json(200, { choices: [{ message }] })
  const asStream = streamOf(chunk(message), chunk({}, 'tool_calls'))
  it.each<readonly [string, Respond, boolean]>([
    ['a document', asDocument, false],
    ['a document instead of a stream', asDocument, true],
    ['a stream', asStream, true],
  ])('is sent back after %s', async (_way, respond, isStreamed) => {
    expect(await sentAfter(respond, isStreamed)).toMatchObject([expected])
  })

  it('is not sent to another model', async () => {
    const [sent] = await sentAfter(asDocument, false, ['small', 'other'])
    expect(JSON.stringify(sent)).not.toMatch(/SIG|"add"|think/)
  })
})

it('joins the pieces of streamed reasoning', async () => {
  const respond = streamOf(
    chunk({
      reasoning_content: 'must ',
      reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'must ' }],
    }),
    chunk({
      reasoning_content: 'add',
      reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'add' }],
    }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', index: 0, signature: 'SIG' }] }),
    chunk({ tool_calls: [call()] }),
    chunk({ tool_calls: [{ index: 0, extra_content: signature }] }),
    chunk({}, 'tool_calls'),
  )
  expect(await sentAfter(respond, true)).toMatchObject([
    {
      reasoning_content: 'must add',
      reasoning_details: [{ type: 'reasoning.text', index: 0, text: 'must add', signature: 'SIG' }],
      tool_calls: [{ extra_content: signature }],
    },
  ])
})

it('sends no reasoning back with a response without tool calls', async () => {
  const message = { content: 'Hello', reasoning_content: 'secret' }
  const { url, received } = await startCompletionsServer(json(200, { choices: [{ message }] }))
  const provider = createOpenAiCompatibleProvider({ url, model: 'small' })
  const { messages } = await runAgent({
    provider,
    catalogue,
    call: createSession().call,
    prompt: 'Hello',
  })
  await runAgent({ provider, catalogue, call: createSession().call, messages, prompt: 'Again' })
  expect(JSON.stringify(received)).not.toContain('secret')
})
