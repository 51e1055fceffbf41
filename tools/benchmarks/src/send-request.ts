import type { LoadBody } from './load.ts'

let count = 0

/** Sends one request. Throws if it does not succeed. */
export async function sendRequest(port: number, path: string, body: LoadBody): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: `req-${process.pid}-${count++}`,
      timestamp: new Date().toISOString(),
      ...body,
      metadata: { version: '1.0', source: 'benchmark' },
    }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status}: ${text}`)
}
