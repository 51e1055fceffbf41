import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { postJson } from '../http.ts'
import { waitUntil } from '../running-app.ts'
import type { System } from '../system.ts'
import { startHub } from '../system.ts'
import type { Acknowledged, UsedSession } from './backup-load.ts'
import { appendRequest, owner, readEventsUntil, startBackupLoad, textOf } from './backup-load.ts'
import { mcpCommand } from './mcp-command.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-backup-load-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `mcp backup`, and returns what it has printed as JSON. */
async function backUp(data: string, target: string): Promise<unknown> {
  const [node, ...words] = [...mcpCommand, 'backup', target, '--data', data]
  const { stdout } = await promisify(execFile)(node, words)
  return JSON.parse(stdout)
}

async function expectSession({ sessionManagerUrl }: System, session: UsedSession): Promise<void> {
  const url = `${sessionManagerUrl}/sessions/${session.id}`
  const events = await readEventsUntil(`${url}/events`, {
    until: 'stream-open',
    after: session.start,
  })
  const types = events.map(({ type }) => type)
  const ids = events
    .filter(({ type }) => type === 'round')
    .map(({ data }) => textOf(JSON.parse(data), 'id'))
  expect(types).not.toContain('stream-gap')
  expect(ids.slice(0, session.notifications.length)).toEqual(session.notifications)
  for (const [id, response] of session.responses) {
    const { body } = await postJson(`${url}/requests`, appendRequest(id))
    expect(body).toEqual(response)
  }
}

async function expectConversations({ clientUrl }: System, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const headers = { 'x-mcp-owner': owner }
    const { status } = await fetch(`${clientUrl}/conversations/${id}`, { headers })
    expect(status).toBe(200)
  }
}

it('restores everything that was acknowledged before a backup under load', async () => {
  const data = join(folder, 'data')
  const target = join(folder, 'backup')
  const hub = await startHub({ MCP_DATA_DIR: data })
  let before: Acknowledged
  let during: number
  try {
    const load = startBackupLoad(hub)
    await waitUntil('the load has used 40 sessions', async () => {
      return load.acknowledged().sessions.length >= 40
    })
    before = load.acknowledged()
    expect(await backUp(data, target)).toMatchObject({
      databases: ['conversations.db', 'sessions.db'],
    })
    during = load.acknowledged().sessions.length - before.sessions.length
    await load.stop()
  } finally {
    await hub.stop()
  }
  // The backup ran beside writes.
  expect(during).toBeGreaterThan(0)

  const restored = join(folder, 'restored')
  renameSync(target, restored)
  const again = await startHub({ MCP_DATA_DIR: restored })
  try {
    for (const session of before.sessions) await expectSession(again, session)
    await expectConversations(again, before.conversations)
  } finally {
    await again.stop()
  }
  const responses = before.sessions.flatMap((session) => [...session.responses.keys()])
  const lines = readFileSync(join(restored, 'workspace/log.txt'), 'utf8').split('\n')
  // Each effect is there, and no repeated request has run again.
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  expect(responses.filter((id) => counts.get(id) !== 1)).toEqual([])
  expect(before.sessions.length + before.conversations.length + responses.length).toBeGreaterThan(
    200,
  )
}, 240_000)
