import { joinBytes } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import { errorCodeInfo, isErrorBody, isRecord, McpError } from '@mcp/protocol'

import type { HttpRequest, HttpTransport } from './http-transport.ts'
import { failureCode } from './http-transport.ts'
import type { HttpResponse } from './read-response.ts'
import { readJson } from './read-response.ts'

/** Calls the routes of a capability server other than `POST /process` and `GET /notifications`. */
export interface HttpCaller {
  /**
   * Sends a request. Resolves with the parsed JSON of the response, or with undefined if the response
   * has no body.
   *
   * @throws McpError `unavailable` if the server cannot be reached or does not respond in time,
   * `upstream-error` if its response is invalid, or the error in its response.
   */
  call(method: HttpRequest['method'], path: string, options?: HttpCallOptions): Promise<unknown>
}

export interface HttpCallOptions {
  /** Body of the request, sent as JSON. Default: no body. */
  readonly body?: unknown
  /** Time limit in milliseconds. Default: 5 seconds. */
  readonly timeoutMs?: number | undefined
}

export interface HttpCallerOptions {
  readonly name: () => string
  readonly transport: HttpTransport
  readonly clock: Clock
  readonly maxResponseBytes: number
}

export function createHttpCaller(options: HttpCallerOptions): HttpCaller {
  const { name, transport, clock, maxResponseBytes } = options

  return {
    call: (method, path, { body, timeoutMs = 5000 } = {}) =>
      new Promise((resolve, reject) => {
        let status = 0
        let contentType: string | undefined
        const chunks: Uint8Array[] = []
        let length = 0
        const cancelTimer = clock.after(timeoutMs, () => {
          abort()
          reject(unavailable(name(), `did not respond within ${timeoutMs} ms`))
        })
        const abort = transport.send(
          {
            method,
            path,
            headers: ['accept', 'application/json', ...contentTypeOf(body)],
            body: body === undefined ? undefined : JSON.stringify(body),
          },
          {
            onHead(head, type) {
              status = head
              contentType = type
            },
            onData(bytes) {
              length += bytes.byteLength
              if (length <= maxResponseBytes) {
                chunks.push(bytes)
                return
              }
              abort()
              cancelTimer()
              reject(invalidResponse(name(), path, `more than ${maxResponseBytes} bytes`))
            },
            onEnd() {
              cancelTimer()
              try {
                const response = { status, contentType, body: joinBytes(chunks, length) }
                resolve(readValue(response, name(), path))
              } catch (error) {
                reject(error)
              }
            },
            onError({ cause, problem }) {
              cancelTimer()
              const code = failureCode(cause)
              const suffix = code === undefined ? '' : ` (${code})`
              reject(unavailable(name(), problem ?? `cannot be reached${suffix}`, cause))
            },
          },
        )
      }),
  }
}

function readValue(response: HttpResponse, name: string, path: string): unknown {
  const { status, body } = response
  const isSuccess = status >= 200 && status < 300
  if (isSuccess && body.byteLength === 0) return undefined
  let value: unknown
  try {
    value = readJson(response)
  } catch (cause) {
    throw invalidResponse(name, path, `HTTP ${status} and no JSON`, cause)
  }
  if (isSuccess) return value
  if (isRecord(value) && isErrorBody(value['error'])) throw McpError.fromBody(value['error'])
  throw invalidResponse(name, path, `HTTP ${status}`)
}

/** Whether an error may be temporary, so that a retry of the same call may succeed. */
export function isTemporary(error: unknown): boolean {
  return McpError.is(error) && errorCodeInfo(error.code).http >= 500
}

function contentTypeOf(body: unknown): readonly string[] {
  return body === undefined ? [] : ['content-type', 'application/json']
}

function unavailable(name: string, failure: string, cause?: unknown): McpError {
  return new McpError('unavailable', `The server "${name}" ${failure}.`, { cause })
}

function invalidResponse(name: string, path: string, received: string, cause?: unknown): McpError {
  const message = `The server "${name}" returned an invalid response to ${path}: ${received}.`
  return new McpError('upstream-error', message, { cause })
}
