import type { Clock } from '@mcp/protocol'
import { joinBytes } from '@mcp/http'
import { errorCodeInfo, isErrorBody, isRecord, McpError } from '@mcp/protocol'

import type { HttpRequest, HttpTransport } from './http-transport.ts'
import { failureCode } from './http-transport.ts'
import { readJson } from './read-response.ts'

/** The calls to a capability server that are rare: each a promise of a JSON value. */
export interface HttpCaller {
  /**
   * The JSON a call answers, `undefined` where it answers nothing.
   *
   * @throws McpError `unavailable` where the server cannot be reached or is silent, or what it answers.
   */
  call(method: HttpRequest['method'], path: string, options?: HttpCallOptions): Promise<unknown>
}

export interface HttpCallOptions {
  /** Sent as JSON. */
  readonly body?: unknown
  /** Default: 5 seconds. */
  readonly timeoutMs?: number | undefined
}

export interface HttpCallerOptions {
  readonly name: () => string
  readonly transport: HttpTransport
  readonly headers: readonly string[]
  readonly clock: Clock
  readonly maxAnswerBytes: number
}

export function createHttpCaller(options: HttpCallerOptions): HttpCaller {
  const { name, transport, headers, clock, maxAnswerBytes } = options

  return {
    call: (method, path, { body, timeoutMs = 5000 } = {}) =>
      new Promise((resolve, reject) => {
        let status = 0
        let contentType: string | undefined
        const chunks: Uint8Array[] = []
        let length = 0
        const stop = clock.after(timeoutMs, () => {
          breakOff()
          reject(unreachable(name(), 'is silent'))
        })
        const breakOff = transport.send(
          {
            method,
            path,
            headers: [...headers, 'accept', 'application/json', ...jsonType(body)],
            body: body === undefined ? undefined : JSON.stringify(body),
          },
          {
            onHead(head, type) {
              status = head
              contentType = type
            },
            onData(bytes) {
              length += bytes.byteLength
              if (length <= maxAnswerBytes) {
                chunks.push(bytes)
                return
              }
              breakOff()
              stop()
              reject(nonsense(name(), path, `more than ${maxAnswerBytes} bytes`))
            },
            onEnd() {
              stop()
              try {
                const reply = { status, contentType, body: joinBytes(chunks, length) }
                resolve(readReply(reply, name(), path))
              } catch (error) {
                reject(error)
              }
            },
            onError({ cause }) {
              stop()
              const code = failureCode(cause)
              reject(unreachable(name(), code === undefined ? undefined : `(${code})`, cause))
            },
          },
        )
      }),
  }
}

function readReply(
  reply: { status: number; contentType: string | undefined; body: Uint8Array },
  name: string,
  path: string,
): unknown {
  const { status, body } = reply
  const isGood = status >= 200 && status < 300
  if (isGood && body.byteLength === 0) return undefined
  let value: unknown
  try {
    value = readJson(reply)
  } catch (cause) {
    throw nonsense(name, path, `HTTP ${status} and no JSON`, cause)
  }
  if (isGood) return value
  if (isRecord(value) && isErrorBody(value['error'])) throw McpError.fromBody(value['error'])
  throw nonsense(name, path, `HTTP ${status}`)
}

/** Whether trying the same call again may help. */
export function isPassing(error: unknown): boolean {
  return McpError.is(error) && errorCodeInfo(error.code).http >= 500
}

function jsonType(body: unknown): readonly string[] {
  return body === undefined ? [] : ['content-type', 'application/json']
}

function unreachable(name: string, why = '', cause?: unknown): McpError {
  const what = why === 'is silent' ? why : `cannot be reached ${why}`.trimEnd()
  return new McpError('unavailable', `The server "${name}" ${what}.`, { cause })
}

function nonsense(name: string, path: string, what: string, cause?: unknown): McpError {
  return new McpError('upstream-error', `The server "${name}" answered ${path} with ${what}.`, {
    cause,
  })
}
