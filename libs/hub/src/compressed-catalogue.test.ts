import { get } from 'node:http'

import { listen } from '@mcp/node'
import type { Listening } from '@mcp/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Hub } from './create-hub.ts'
import { createHub } from './create-hub.ts'

let hub: Hub
const open: Listening[] = []
beforeAll(async () => {
  hub = createHub()
  const { sessionManager, client } = hub.services
  open.push(await listen({ service: sessionManager, port: 0 }))
  open.push(await listen({ service: client, port: 0 }))
})
afterAll(async () => {
  await Promise.all(open.map(({ close }) => close({ graceMs: 50 })))
  await hub.close()
})

/** Returns the status, the ETag and the number of bytes of a body on the wire. */
function request(index: number, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; etag: string; bytes: number }>((resolve, reject) => {
    get({ host: '127.0.0.1', port: open[index]?.port, path, headers }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.byteLength))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, etag: response.headers.etag ?? '', bytes }),
      )
    }).on('error', reject)
  })
}

const gzip = { 'accept-encoding': 'gzip' }

describe.each([
  ['the session manager', 0],
  ['the web client', 1],
])('the catalogue of %s', (_, index) => {
  it('has at most 40 kB on the wire', async () => {
    const { status, bytes } = await request(index, '/servers', gzip)
    expect(status).toBe(200)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(40_000)
  })

  it.each(['/servers', '/openapi.json'])('returns 304 for %s if it is unchanged', async (path) => {
    const { etag } = await request(index, path, gzip)
    expect(etag).not.toBe('')
    const again = await request(index, path, { ...gzip, 'if-none-match': etag })
    expect(again).toMatchObject({ status: 304, bytes: 0 })
  })
})
