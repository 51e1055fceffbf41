import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

import { expect, it, vi } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

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
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return answer.json()
}

it('runs the client, the session manager and the servers, and ends them together', async () => {
  const [CLIENT_PORT, SESSION_MANAGER_PORT, TOOLS_SERVER_PORT] = [
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const child = spawn(process.execPath, ['--conditions=@mcp/source', 'src/main.ts'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], CLIENT_PORT, SESSION_MANAGER_PORT, TOOLS_SERVER_PORT },
  })
  let text = ''
  child.stdout.on('data', (bytes) => (text += String(bytes)))
  child.stderr.on('data', (bytes) => (text += String(bytes)))
  const exit = new Promise((resolve) => child.on('close', resolve))
  try {
    const client = `http://localhost:${CLIENT_PORT}`
    await vi.waitFor(() => expect(text.match(/ \| .*http:/g)?.length).toBeGreaterThan(3), 15_000)
    const prompt = { prompt: 'What is 12 * 12?' }
    await vi.waitFor(
      async () =>
        expect(await post(`${client}/process`, prompt)).toMatchObject({
          data: { result: { response: expect.stringContaining('144') } },
        }),
      15_000,
    )
    const ports = [CLIENT_PORT, SESSION_MANAGER_PORT, TOOLS_SERVER_PORT]
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    const left = ports.map((port) => fetch(`http://localhost:${port}/health`).then(() => port))
    expect((await Promise.allSettled(left)).map(({ status }) => status)).toEqual(
      ports.map(() => 'rejected'),
    )
  } finally {
    child.kill('SIGKILL')
  }
}, 60_000)
