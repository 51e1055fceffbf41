import { expect } from 'vitest'

/** Posts a JSON value. Returns the status and the JSON of the response. */
export async function post(
  url: string,
  value: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
    signal: AbortSignal.timeout(10_000),
  })
  return { status: response.status, body: await response.json() }
}

/** Returns a request that calls an operation of a tool. */
export function toolRequest(tool: string, operation: string, params: Record<string, unknown>) {
  return { type: 'tool-execution', payload: { tool, operation, params } }
}

/**
 * Checks that the dispatcher at a URL calculates, in its process and in the sandbox, and refuses invalid
 * requests.
 */
export async function expectDispatcher(url: string): Promise<void> {
  expect(await post(url, toolRequest('calculator', 'add', { a: 2, b: 3 }))).toMatchObject({
    status: 200,
    body: { status: 'success', data: { result: 5 } },
  })
  expect(
    await post(url, toolRequest('calculator', 'evaluate', { expression: '2 * 3 + 1' })),
  ).toMatchObject({ status: 200, body: { status: 'success', data: { result: { value: 7 } } } })
  expect(await post(url, toolRequest('calculator', 'divide', { a: 1, b: 0 }))).toMatchObject({
    status: 400,
    body: { status: 'error', error: { code: 'invalid-params' } },
  })
  expect(await post(url, { type: 'nothing-takes-this' })).toMatchObject({
    status: 404,
    body: { error: { code: 'unknown-type' } },
  })
  expect(await post(url, ['no envelope'])).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid-request' } },
  })
}
