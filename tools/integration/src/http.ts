/** The result of an HTTP call. */
export interface HttpResult {
  readonly status: number
  readonly body: unknown
}

/** Posts a JSON value and reads the JSON response. */
export async function postJson(
  url: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
    signal: AbortSignal.timeout(60_000),
  })
  return { status: response.status, body: await response.json() }
}

/** Returns a request to the calculator with two numbers. */
export function calculation(operation: string, a: number, b: number) {
  return { type: 'tool-execution', payload: { tool: 'calculator', operation, params: { a, b } } }
}

/** Creates a session with the body of the README's curl call, and returns the session's URL. */
export async function openSession(sessionManagerUrl: string): Promise<string> {
  const { status, body } = await postJson(`${sessionManagerUrl}/sessions`, {
    clientId: 'test-client',
  })
  if (status !== 201 || typeof body !== 'object' || body === null || !('sessionId' in body)) {
    throw new Error(`no session: ${status} ${JSON.stringify(body)}`)
  }
  return `${sessionManagerUrl}/sessions/${String(body.sessionId)}`
}
