/**
 * @typedef {{ code: string, message: string, details?: Record<string, unknown> }} ErrorBody
 * @typedef {{ id: string, status: 'success' | 'error', data?: Record<string, unknown>, error?: ErrorBody, metadata: Record<string, unknown> }} ResponseEnvelope
 * @typedef {{ type: string, target?: string, targetKey: string, targetSchema?: JsonSchema, targetRequired: boolean, operation: string, title: string, description: string, paramsSchema: JsonSchema, examples: { target?: string, params: Record<string, unknown>, requires?: string }[] }} Operation
 * @typedef {{ name: string, operations: Operation[], health: { state: string } }} Server
 * @typedef {{ type?: string | string[], title?: string, description?: string, properties?: Record<string, JsonSchema>, required?: string[], enum?: unknown[], default?: unknown, minimum?: number, maximum?: number, minLength?: number, maxLength?: number }} JsonSchema
 */

/** An error response of the service. */
export class ApiError extends Error {
  /** @param {ErrorBody} body */
  constructor({ code, message }) {
    super(message)
    this.code = code
  }
}

// The browser keeps the token for this tab until the tab is closed. Pages of other origins cannot read it.
const tokenKey = 'mcp-token'
let token = readToken()

/** @param {string} newToken */
export function signIn(newToken) {
  token = newToken
  try {
    sessionStorage.setItem(tokenKey, newToken)
  } catch {
    // Without storage, the token is lost when the page is reloaded.
  }
}

function readToken() {
  try {
    return sessionStorage.getItem(tokenKey) ?? ''
  } catch {
    // A browser that blocks storage throws.
    return ''
  }
}

/**
 * Sends a request to the service. `path` is relative, so that the page works under any path prefix.
 *
 * @param {string} method
 * @param {string} path
 * @param {{ body?: unknown, accept?: string, headers?: Record<string, string>, signal?: AbortSignal }} [options]
 */
export async function send(
  method,
  path,
  { body, accept = 'application/json', headers, signal } = {},
) {
  const response = await fetch(path, {
    method,
    headers: {
      accept,
      'x-mcp-page': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause) => {
    throw new Error('Cannot reach the client service. Check that it is running.', { cause })
  })
  if (response.ok) return response
  /** @type {{ error?: ErrorBody }} */
  const failure = await response.json().catch(() => ({}))
  throw new ApiError(
    failure.error ?? {
      code: 'internal',
      message: `The client service responded with HTTP ${response.status}.`,
    },
  )
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 */
export async function sendJson(method, path, body, signal) {
  const response = await send(method, path, { body, ...(signal === undefined ? {} : { signal }) })
  return response.status === 204 ? undefined : response.json()
}

/**
 * Yields the events of a stream as they arrive.
 *
 * @param {Response} response
 * @returns {AsyncGenerator<{ id: string, event: string, data: any }, void>}
 */
export async function* readEvents(response) {
  if (response.body === null) return
  let rest = ''
  let lastId = ''
  // A reader is used, because not all browsers support `for await` over a stream.
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    rest += value
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const colon = line.indexOf(': ')
          return [line.slice(0, colon), line.slice(colon + 2)]
        }),
      )
      lastId = fields.get('id') ?? lastId
      const data = fields.get('data')
      if (data === undefined) continue
      yield { id: lastId, event: fields.get('event') ?? 'message', data: JSON.parse(data) }
    }
  }
}
