import { once } from 'node:events'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'

import { Redis } from 'ioredis'
import { Pool } from 'undici'

import { listenOnLoopback, serveSide } from './serve-side.ts'

/**
 * The minimal server on Redis. It parses a JSON body, makes one round trip to Redis for a read-only request or
 * two for a recorded one, and writes a JSON response of typical size. If a port is given, it forwards the
 * body to the server at that port in place of adding the numbers itself.
 */
const [url = '', kind, forwardPort] = process.argv.slice(2)
const redis = new Redis(url, { enableAutoPipelining: true })
await once(redis, 'ready')
await redis.hset('session', {
  clientId: 'benchmark',
  metadata: '{}',
  createdAt: Date.now(),
  ttlMs: 1_800_000,
})
const pool =
  forwardPort === undefined
    ? undefined
    : new Pool(`http://127.0.0.1:${forwardPort}`, { connections: 64, pipelining: 1 })

async function forward(body: Buffer): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await pool?.request({ path: '/process', method: 'POST', headers, body })
  return (await response?.body.text()) ?? ''
}

function add(body: Buffer): string {
  const { id, payload } = JSON.parse(body.toString())
  return JSON.stringify({
    id,
    timestamp: new Date().toISOString(),
    status: 'success',
    data: { result: payload.params.a + payload.params.b },
    metadata: { version: '1.0', source: 'mcp-server-3' },
  })
}

const keptMs = 60_000
let requests = 0

async function respond(body: Buffer): Promise<string> {
  const key = `response:${requests++}`
  if (kind === 'recorded') await redis.set(key, '', 'PX', keptMs, 'NX')
  else await redis.hgetall('session')
  const response = pool === undefined ? add(body) : await forward(body)
  if (kind === 'recorded') await redis.set(key, response, 'PX', keptMs)
  return response
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => void write(response, Buffer.concat(chunks)))
})

async function write(response: ServerResponse, received: Buffer): Promise<void> {
  const body = await respond(received)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

serveSide(await listenOnLoopback(server))
