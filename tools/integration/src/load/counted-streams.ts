import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:http'

/** An event stream of a session that is opened again where it ended. */
export interface CountedStream {
  /** Numbers of the notifications, in the order in which they were received. */
  readonly numbers: readonly number[]
  /** Types of the other events of the last connection, in order. */
  readonly types: readonly string[]
  /** Opens the stream, or opens it again after the last event. Resolves when it is open. */
  open(): Promise<void>
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>
  close(): void
}

const agent = new Agent({ keepAlive: false })

/** Creates a stream of `GET {sessionUrl}/events`, whose notifications have a `number`. */
export function createCountedStream(sessionUrl: string): CountedStream {
  const numbers: number[] = []
  let types: string[] = []
  let lastEventId: string | undefined
  let connection: ClientRequest | undefined
  let ended = Promise.resolve()

  function receive(block: string): void {
    lastEventId = /^id: (.*)$/m.exec(block)?.[1] ?? lastEventId
    const type = /^event: (.*)$/m.exec(block)?.[1]
    if (type === 'note-added') numbers.push(Number(/"number":(\d+)/.exec(block)?.[1]))
    else if (type !== undefined) types.push(type)
  }

  /** Reads the events of a response. Calls `onOpen` with each `stream-open`. */
  function read(response: IncomingMessage, onOpen: () => void): void {
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        receive(text.slice(0, end))
        text = text.slice(end + 2)
      }
      if (types.includes('stream-open')) onOpen()
    })
  }

  function connectOnce(): Promise<void> {
    types = []
    return new Promise((resolve, reject) => {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
      connection = request(`${sessionUrl}/events`, { agent, headers })
      const closed = Promise.withResolvers<void>()
      ended = closed.promise
      connection.once('error', reject)
      connection.once('close', closed.resolve)
      connection.once('response', (response) => {
        if (response.statusCode === 200) read(response, resolve)
        else reject(new Error(`status ${response.statusCode}`))
      })
      connection.end()
    })
  }

  return {
    numbers,
    get types() {
      return types
    },
    get ended() {
      return ended
    },
    async open() {
      for (;;) {
        try {
          return await connectOnce()
        } catch {
          await new Promise((again) => setTimeout(again, 50))
        }
      }
    },
    close: () => void connection?.destroy(),
  }
}
