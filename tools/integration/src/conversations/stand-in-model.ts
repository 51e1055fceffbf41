import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

import { isRecord, parseJson } from '@mcp/protocol'

/** A stand-in for a provider with the chat completions API. It fetches the address in each question. */
export interface StandInModel {
  /** Base URL, as in `LLM_API_URL`. */
  readonly url: string
  /** The messages of the last request. */
  lastMessages(): readonly unknown[]
  /** Number of requests that were received. */
  received(): number
  /** If true, requests are received and not answered. */
  isSilent: boolean
  close(): Promise<void>
}

export async function startStandInModel(): Promise<StandInModel> {
  let last: readonly unknown[] = []
  let received = 0
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url?.endsWith('/models') === true) {
        response.setHeader('content-type', 'application/json')
        return response.end(JSON.stringify({ data: [{ id: 'stand-in' }] }))
      }
      const parsed = parseJson(body)
      const messages: unknown = isRecord(parsed) ? parsed['messages'] : []
      last = Array.isArray(messages) ? messages : []
      received++
      if (model.isSilent) return undefined
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const delta of respondTo(last, received)) {
        response.write(`data: ${JSON.stringify(chunk(delta, null))}\n\n`)
      }
      response.write(`data: ${JSON.stringify(chunk({}, 'stop'))}\n\n`)
      return response.end('data: [DONE]\n\n')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  const model: StandInModel = {
    url: `http://127.0.0.1:${address.port}/v1`,
    lastMessages: () => last,
    received: () => received,
    isSilent: false,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return model
}

/** Returns a call for a question, and a text for the result of a call. */
function respondTo(messages: readonly unknown[], number: number): object[] {
  const message = messages.at(-1)
  const content = isRecord(message) ? String(message['content']) : ''
  const url = /fetch (http:\S+)/.exec(content)?.[1]
  if (!isRecord(message) || message['role'] !== 'user' || url === undefined) {
    return [{ content: 'The page ' }, { content: 'was read.' }]
  }
  const call = { name: 'internet_fetch', arguments: JSON.stringify({ url }) }
  return [{ tool_calls: [{ index: 0, id: `call-${number}`, type: 'function', function: call }] }]
}

function chunk(delta: object, finish: string | null): object {
  return {
    id: 'response',
    object: 'chat.completion.chunk',
    model: 'stand-in',
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
}
