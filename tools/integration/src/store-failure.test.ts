import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { calculation, openSession, postJson } from './http.ts'
import { waitUntil } from './running-app.ts'
import type { RunningApp } from './running-app.ts'
import { startHub } from './system.ts'

const hasLimits = spawnSync('prlimit', ['--version']).status === 0

/** Limits the size of the files that a process may write; `unlimited` lifts it. */
function limitFiles(app: RunningApp, bytes: number | 'unlimited'): void {
  const { status, stderr } = spawnSync('prlimit', [
    '--pid',
    String(app.process.pid),
    `--fsize=${bytes}:unlimited`,
  ])
  if (status !== 0) throw new Error(`prlimit failed: ${stderr.toString()}`)
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-store-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.skipIf(!hasLimits)(
  'reports once that the data file cannot be written, fails readiness, and recovers',
  async () => {
    const hub = await startHub({ MCP_DATA_DIR: folder, LOG_LEVEL: 'warn' })
    const url = hub.sessionManagerUrl
    const session = await openSession(url)
    const ready = async () => {
      const response = await fetch(`${url}/ready`)
      return { status: response.status, body: await response.text() }
    }
    expect(await ready()).toMatchObject({ status: 200 })

    const size = statSync(join(folder, 'sessions.db')).size
    limitFiles(hub.app, size)
    await waitUntil('the store fails', async () => {
      const { status } = await postJson(`${url}/sessions`, { metadata: { text: 'x'.repeat(9000) } })
      return status === 503
    })
    for (let attempt = 0; attempt < 20; attempt++) {
      const { status, body } = await postJson(`${url}/sessions`, {})
      expect(status).toBe(503)
      expect(JSON.stringify(body)).toContain('The data store failed: the disk')
    }
    expect(await ready()).toMatchObject({
      status: 503,
      body: expect.stringContaining('The data store failed: the disk'),
    })
    const lines = hub.app.output().split('\n')
    expect(lines.filter((line) => line.includes('SQLITE_'))).toHaveLength(1)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(Number(/mcp_store_errors_total (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(20)

    limitFiles(hub.app, 'unlimited')
    await waitUntil('the store recovers', async () => (await ready()).status === 200)
    const response = await postJson(`${session}/requests`, calculation('add', 1, 1))
    expect(response).toMatchObject({ status: 200, body: { data: { result: 2 } } })
    expect(await openSession(url)).toContain('/sessions/')
    await hub.stop()
  },
  60_000,
)
