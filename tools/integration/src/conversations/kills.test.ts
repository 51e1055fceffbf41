import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { RunningApp } from '../running-app.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'
import type { CountingServer } from './counting-server.ts'
import { startCountingServer } from './counting-server.ts'
import type { StandInModel } from './stand-in-model.ts'
import { startStandInModel } from './stand-in-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-conversations-'))
const owner = randomBytes(32).toString('base64url')
let pages: CountingServer
let model: StandInModel
let app: RunningApp
let url: string
let start: () => Promise<RunningApp>

beforeAll(async () => {
  pages = await startCountingServer()
  model = await startStandInModel()
  const [clientPort, port] = [await freePort(), await freePort()]
  url = `http://127.0.0.1:${clientPort}`
  start = () =>
    startApp({
      app: 'hub',
      environment: {
        CLIENT_PORT: String(clientPort),
        SESSION_MANAGER_PORT: String(port),
        MCP_DATA_DIR: folder,
        INTERNET_ALLOWED_HOSTS: new URL(pages.url).host,
        LLM_API_URL: model.url,
        LLM_MODEL: 'stand-in',
      },
      healthUrl: `${url}/health`,
    })
  app = await start()
}, 60_000)
afterAll(async () => {
  await app.stop('SIGKILL')
  await pages.close()
  await model.close()
  rmSync(folder, { recursive: true, force: true })
})

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-mcp-owner': owner, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

function field(value: unknown, name: string): string {
  return isRecord(value) ? String(value[name]) : ''
}

async function ask(conversation: string, path: string): Promise<string> {
  const prompt = `Please fetch ${pages.url}${path}`
  return field(await call('POST', `/conversations/${conversation}/runs`, { prompt }), 'runId')
}

/** Allows the call of a run that waits for approval. */
async function allow(runId: string): Promise<void> {
  await waitUntil('a call waits for approval', async () => {
    const list = Object(await call('GET', '/pending')).pending
    const waiting: unknown = list.find((entry: unknown) => field(entry, 'runId') === runId)
    if (!isRecord(waiting)) return false
    const callId = field(waiting['approval'], 'callId')
    await call('POST', `/runs/${runId}/calls/${callId}/decision`, { decision: 'once' })
    return true
  })
}

async function finished(runId: string): Promise<string> {
  let reason = ''
  await waitUntil(`${runId} ends`, async () => {
    const run = await call('GET', `/runs/${runId}`)
    reason = field(run, 'reason')
    return field(run, 'state') === 'finished'
  })
  return reason
}

async function killAndRestart(): Promise<void> {
  await app.stop('SIGKILL')
  app = await start()
}

const goOn = async (runId: string): Promise<string> =>
  field(await call('POST', `/runs/${runId}/continue`, {}), 'runId')

it(
  'keeps a conversation over kills between and during its runs',
  { timeout: 180_000 },
  async () => {
    const id = field(await call('POST', '/conversations', { title: 'Kills' }), 'id')

    const first = await ask(id, '/1')
    await allow(first)
    expect(await finished(first)).toBe('answered')
    await killAndRestart()
    expect(await finished(first)).toBe('answered')

    // Killed while the call is in flight.
    const release = pages.hold()
    const second = await ask(id, '/2')
    await allow(second)
    await waitUntil('the page is requested', async () => pages.count('/2') === 1)
    await killAndRestart()
    release()
    expect(await finished(second)).toBe('interrupted')
    expect(await finished(await goOn(second))).toBe('answered')

    // Killed while the model is writing, before it has called anything.
    model.isSilent = true
    const before = model.received()
    const third = await ask(id, '/3')
    await waitUntil('the model is called', async () => model.received() > before)
    await killAndRestart()
    model.isSilent = false
    expect(await finished(third)).toBe('interrupted')
    const continued = await goOn(third)
    await allow(continued)
    expect(await finished(continued)).toBe('answered')

    // Killed while the call waits for approval.
    const fourth = await ask(id, '/4')
    await waitUntil(
      'a call waits',
      async () => Object(await call('GET', '/pending')).pending.length > 0,
    )
    await killAndRestart()
    expect(await finished(fourth)).toBe('interrupted')
    expect(pages.count('/4')).toBe(0)

    const fifth = await ask(id, '/5')
    await allow(fifth)
    expect(await finished(fifth)).toBe('answered')

    // The model has received every earlier question.
    const received = JSON.stringify(model.lastMessages())
    for (const path of ['/1', '/2', '/3', '/4', '/5'])
      expect(received).toContain(`${pages.url}${path}`)
    expect(['/1', '/2', '/3', '/4', '/5'].map((path) => pages.count(path))).toEqual([1, 1, 1, 0, 1])
  },
)
