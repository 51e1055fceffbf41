import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { builtinServers } from '@mcp/contracts'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const servers = Object.keys(builtinServers)

let data: string
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'mcp-services-'))
})
afterAll(() => rmSync(data, { recursive: true, force: true }))

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(String(port)))
    })
  })
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return response.json()
}

it('runs the client app, the session manager and the servers, and stops them together', async () => {
  const ports: Record<string, string> = {}
  for (const service of ['client', 'session-manager', ...servers.map((name) => `${name}-server`)]) {
    ports[`${service.replace('-', '_').toUpperCase()}_PORT`] = await freePort()
  }
  const child = spawn(process.execPath, ['--conditions=@mcp/source', 'src/main.ts'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], MCP_DATA_DIR: data, ...ports },
  })
  let text = ''
  child.stdout.on('data', (bytes) => (text += String(bytes)))
  child.stderr.on('data', (bytes) => (text += String(bytes)))
  const exit = new Promise((resolve) => child.on('close', resolve))
  try {
    const client = `http://localhost:${ports['CLIENT_PORT']}`
    await vi.waitFor(() => expect(text.match(/ \| .*http:/g)?.length).toBeGreaterThan(9), 45_000)
    const prompt = { prompt: 'What is 12 * 12?' }
    await vi.waitFor(
      async () =>
        expect(await post(`${client}/process`, prompt)).toMatchObject({
          data: { result: { response: expect.stringContaining('144') } },
        }),
      15_000,
    )
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    const left = Object.values(ports).map((port) => fetch(`http://localhost:${port}/health`))
    expect((await Promise.allSettled(left)).map(({ status }) => status)).toEqual(
      left.map(() => 'rejected'),
    )
  } finally {
    child.kill('SIGKILL')
  }
}, 120_000)
