import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, it } from 'vitest'

import { postJson } from './http.ts'
import { areProgramsMissing } from './missing-programs.ts'
import { freePort, spawnApp, startApp, waitUntil } from './running-app.ts'

const redis = '/usr/bin/redis-server'
const isRedisMissing = areProgramsMissing({ 'redis-server': redis })
const folder = mkdtempSync(join(tmpdir(), 'mcp-bad-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a session manager that must fail. Returns its exit code and the lines that it has printed. */
async function failedStart(environment: Readonly<Record<string, string>>) {
  const app = spawnApp({
    app: 'session-manager',
    environment: { SESSION_MANAGER_PORT: '0', ...environment },
  })
  const timer = setTimeout(() => app.process.kill('SIGKILL'), 60_000)
  const code = await app.exited
  clearTimeout(timer)
  return { code, lines: app.output().trim().split('\n') }
}

it.each([
  [
    { REDIS_URL: 'localhost:6379' },
    /REDIS_URL is set: must be a URL such as "redis:\/\/127.0.0.1:6379"/,
  ],
  [{ REDIS_URL: 'redis://127.0.0.1:1' }, /Redis at 127.0.0.1:1 is not reachable\./],
])(
  'refuses %j with one line that names the remedy',
  async (environment, problem) => {
    const { code, lines } = await failedStart(environment)
    expect(lines).toEqual([expect.stringMatching(problem)])
    expect(code).toBe(1)
  },
  90_000,
)

it('refuses a Redis that is too old, and names the version to use', async () => {
  // Debian has no such version: the server responds to INFO as version 6 does, and to all else with OK.
  const info = '# Server\r\nredis_version:6.0.16\r\nredis_mode:standalone\r\n'
  const old = createServer((socket) => {
    socket.on('data', (data) => {
      for (const command of data.toString().split(/(?=\*\d+\r\n)/)) {
        const isInfo = /\r\ninfo\r\n/i.test(command)
        socket.write(isInfo ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n')
      }
    })
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(old, 'listening')
  const address = old.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { code, lines } = await failedStart({ REDIS_URL: `redis://127.0.0.1:${port}` })
  old.close()
  expect(lines).toEqual([
    expect.stringContaining(`Redis at 127.0.0.1:${port} is version 6: use version 7 or later.`),
  ])
  expect(code).toBe(1)
}, 90_000)

it.skipIf(isRedisMissing)(
  'refuses a wrong password of Redis, and does not print it',
  async () => {
    const port = String(await freePort())
    const server = spawn(redis, ['--port', port, '--bind', '127.0.0.1', '--requirepass', 'right'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for await (const chunk of server.stdout) if (/Ready to accept/.test(String(chunk))) break
    const wrong = await failedStart({ REDIS_URL: `redis://:not-the-one@127.0.0.1:${port}` })
    server.kill('SIGKILL')
    await once(server, 'close')
    expect(wrong.lines).toEqual([
      expect.stringMatching(/refused the password: check the user and the password in REDIS_URL\./),
    ])
    expect(wrong.lines[0]).not.toContain('not-the-one')
    expect(wrong.code).toBe(1)
  },
  90_000,
)

it('refuses a policy with an unknown field, and names its line and the field to use', async () => {
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, 'rules:\n  - name: readers\n    efect: allow\n')
  const { code, lines } = await failedStart({ MCP_POLICY: file })
  expect(lines).toEqual([
    expect.stringMatching(
      /policy\.yaml:3: rules\[0\]\.efect: unknown field\. Did you mean "effect"\?/,
    ),
  ])
  expect(code).toBe(1)
}, 90_000)

it('runs only read-only operations while the audit disk is full, and reports it once', async () => {
  const [clientPort, port] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const hub = await startApp({
    app: 'hub',
    environment: {
      CLIENT_PORT: String(clientPort),
      SESSION_MANAGER_PORT: String(port),
      // Each write to it fails as on a full disk.
      MCP_AUDIT: '/dev/full',
      MCP_AUDIT_REQUIRED: 'true',
    },
    healthUrl: `${url}/health`,
  })
  try {
    const { body } = await postJson(`${url}/sessions`, {})
    const session = `${url}/sessions/${String(Object(body).sessionId)}`
    for (let round = 0; round < 3; round++) {
      const line = { root: 'workspace', path: 'log.txt', content: 'line\n' }
      const written = await postJson(`${session}/roots/appendFile`, line)
      expect(written).toMatchObject({
        status: 503,
        body: { error: { code: 'unavailable', details: { reason: 'audit' } } },
      })
      const read = await postJson(`${session}/roots/listRoots`, {})
      expect(read).toMatchObject({ status: 200 })
    }
    const isReported = async () => /audit/i.test(hub.output())
    await waitUntil('the full disk is reported', isReported)
    const reports = hub
      .output()
      .split('\n')
      .filter((line) => /audit/i.test(line))
    expect(reports).toEqual([expect.stringContaining('ENOSPC')])
  } finally {
    await hub.stop()
  }
}, 120_000)
