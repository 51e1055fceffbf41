import { createDispatcher } from '@mcp/dispatcher'
import type { ModelProvider } from '@mcp/llm'
import { scriptedProvider, scriptedResponse } from '@mcp/llm/testing'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { systemClock } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** Streams a prompt. Returns the text of the stream. */
async function stream(llm: ModelProvider, prompt: string): Promise<string> {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const sessionManager = createSessionManager({ dispatcher })
  const fetch = (request: Request) => sessionManager.fetch(request)
  const service = createWebClient({ sessionManagerUrl: 'http://session-manager/', fetch, llm })
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const init = { method: 'POST', headers, body: JSON.stringify({ prompt }) }
  const response = await service.fetch(new Request('http://client/process', init))
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  return response.text()
}

it('streams each step of a prompt as it happens, then the response', async () => {
  const text = await stream(createOfflinePlanner(), 'add 2 and 3')
  expect(text).toMatch(/^event: chunk\ndata: .*"call-finished"/m)
  expect(text.match(/"preview"/g)).toHaveLength(1)
  expect(text).toMatch(/event: response\ndata: \{.*"status":"success".*\}\n\n$/)
})

it('streams a response of 790 characters in 100 pieces in at most 12 kB', async () => {
  const pieces = Array.from({ length: 100 }, (_, index) =>
    `piece${index % 10} `.padEnd(8, '.'),
  ).map((piece, index) => (index < 10 ? piece.slice(0, 7) : piece))
  const whole = pieces.join('')
  expect(whole).toHaveLength(790)
  const llm: ModelProvider = {
    ...scriptedProvider(['']),
    async *stream() {
      for (const text of pieces) {
        await new Promise<void>((resolve) => systemClock.after(2, resolve))
        yield { type: 'text-delta', text }
      }
      yield { type: 'response-finished', response: scriptedResponse(whole) }
    },
  }
  const text = await stream(llm, 'Write.')
  expect(text).toContain(JSON.stringify(whole))
  expect(text.length).toBeLessThan(12_000)
})
