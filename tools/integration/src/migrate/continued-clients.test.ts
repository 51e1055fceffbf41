import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { listen } from '@mcp/node'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { readEventsUntil, textOf } from '../backup/backup-load.ts'
import { postJson } from '../http.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import { createAskingServer } from '../replicas/asking-server.ts'
import { createEffectsServer, readEffects } from '../replicas/effects-server.ts'
import type { RunningApp } from '../running-app.ts'
import { freePort, startApp, waitUntil } from '../running-app.ts'
import { startMigrate } from './migrate-command.ts'
import type { OwnRedis } from './own-redis.ts'
import { redisServer, startOwnRedis } from './own-redis.ts'

const owner = 'e'.repeat(43)
const headers = { 'x-mcp-owner': owner }

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))(
  'clients of a folder that was copied to Redis',
  () => {
    let folder: string
    let redis: OwnRedis
    let servers: string
    let effects: string
    const ends: (() => Promise<unknown>)[] = []
    beforeAll(async () => {
      redis = await startOwnRedis()
      folder = mkdtempSync(join(tmpdir(), 'mcp-continued-'))
      effects = join(folder, 'effects.txt')
      const named = { effects: createEffectsServer(effects), asking: createAskingServer().server }
      const urls: string[] = []
      for (const [name, service] of Object.entries(named)) {
        const listening = await listen({ service, port: await freePort(), variable: 'PORT' })
        ends.push(() => listening.close({ graceMs: 0 }))
        urls.push(`${name}=${listening.url}`)
      }
      servers = urls.join(',')
    })
    afterAll(async () => {
      for (const end of ends) await end()
      await redis.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    async function start(environment: Readonly<Record<string, string>>) {
      const [managerPort, clientPort] = [await freePort(), await freePort()]
      const managerUrl = `http://127.0.0.1:${managerPort}`
      const clientUrl = `http://127.0.0.1:${clientPort}`
      const shared = { MCP_DATA_DIR: join(folder, 'data'), SESSION_MANAGER_PORT: `${managerPort}` }
      const manager = await startApp({
        app: 'session-manager',
        environment: { ...shared, SERVER_URLS: servers, ...environment },
        healthUrl: `${managerUrl}/health`,
      })
      const client = await startApp({
        app: 'client',
        environment: { ...shared, CLIENT_PORT: `${clientPort}`, ...environment },
        healthUrl: `${clientUrl}/health`,
      })
      await waitUntil('the servers are described', async () => {
        const described = await (await fetch(`${managerUrl}/servers`)).text()
        return described.includes('"record"') && described.includes('"twice"')
      })
      const stop = async (app: RunningApp, signal?: NodeJS.Signals) => {
        if (app.process.exitCode === null && app.process.signalCode === null) await app.stop(signal)
      }
      onTestFinished(async () => {
        await stop(manager, 'SIGKILL')
        await stop(client, 'SIGKILL')
      })
      return { manager, client, managerUrl, clientUrl }
    }

    const post = async (url: string, value: unknown): Promise<unknown> => {
      const { status, body } = await postJson(url, value, headers)
      if (status >= 300) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`)
      return body
    }
    const record = (id: string) => ({
      id,
      type: 'effect-operation',
      payload: { operation: 'record', params: { key: id } },
    })
    const numbersOf = (events: readonly { readonly type: string; readonly data: string }[]) =>
      events
        .filter(({ type }) => type === 'effect-recorded')
        .map(({ data }) => Object(JSON.parse(data)).data.number)

    it('resume streams, get recorded responses, decide what is open, and read conversations', async () => {
      const before = await start({})
      const { sessionId } = Object(await post(`${before.managerUrl}/sessions`, { clientId: 'c' }))
      const path = `/sessions/${sessionId}`
      const opening = await readEventsUntil(`${before.managerUrl}${path}/events`, {
        until: 'stream-open',
      })
      const ids = Array.from({ length: 20 }, (_, index) => `effect-${index}`)
      const responses = new Map<string, unknown>()
      for (const id of ids) {
        responses.set(id, await post(`${before.managerUrl}${path}/requests`, record(id)))
      }
      // A request that waits for a response of the user when the process is killed.
      const asking = { id: 'asks', type: 'asking-operation', payload: { operation: 'twice' } }
      const asked = post(`${before.managerUrl}${path}/requests`, asking)
      asked.catch(() => {})
      const start0 = opening.at(-1)?.id ?? ''
      const events = await readEventsUntil(`${before.managerUrl}${path}/events`, {
        until: 'interaction-required',
        after: start0,
      })
      expect(numbersOf(events)).toEqual(ids.map((_, index) => index + 1))
      const { data: required = '' } = events.at(-1) ?? {}
      const interactionId = textOf(Object(JSON.parse(required)).data, 'interactionId')
      // The stream is cut after the seventh notification.
      const cutAt = events.filter(({ type }) => type === 'effect-recorded')[6]?.id ?? ''
      const conversation = await post(`${before.clientUrl}/conversations`, { title: 'Kept' })
      const conversationId = textOf(conversation, 'id')
      const run = await post(`${before.clientUrl}/conversations/${conversationId}/runs`, {
        prompt: 'Hello',
      })
      await waitUntil('the run has ended', async () => {
        const found = await fetch(`${before.clientUrl}/runs/${textOf(run, 'runId')}`, { headers })
        return Object(await found.json()).state === 'finished'
      })
      await before.manager.stop('SIGKILL')
      await before.client.stop()

      const migrated = await startMigrate('--to', redis.url, '--data', join(folder, 'data')).ended
      expect(migrated).toMatchObject({ code: 0, output: { sessions: { result: 'moved' } } })

      const after = await start({ REDIS_URL: redis.url })
      const url = `${after.managerUrl}${path}`
      const resumed = await readEventsUntil(`${url}/events`, { until: 'stream-open', after: cutAt })
      expect(numbersOf(resumed)).toEqual(ids.slice(7).map((_, index) => index + 8))
      expect(resumed.map(({ type }) => type)).not.toContain('stream-gap')
      const lastId = resumed.findLast(({ id }) => id !== undefined)?.id ?? ''

      for (const id of ids)
        expect(await post(`${url}/requests`, record(id))).toEqual(responses.get(id))
      expect([...readEffects(effects).effects.values()]).toEqual(ids.map(() => 1))

      const decision = { action: 'accept', content: { name: 'Ada' } }
      const decided = await postDecision(`${url}/interactions/${interactionId}`, decision)
      expect(decided).toBeLessThan(300)
      await post(`${url}/requests`, record('new'))
      const next = await readEventsUntil(`${url}/events`, {
        until: 'effect-recorded',
        after: lastId,
      })
      expect(next.map(({ type }) => type)).toContain('interaction-resolved')
      expect(numbersOf(next)).toEqual([21])
      const again = await postDecision(`${url}/interactions/${interactionId}`, decision)
      expect(again).toBe(409)

      const found = await fetch(`${after.clientUrl}/conversations/${conversationId}`, { headers })
      expect(await found.json()).toMatchObject({ title: 'Kept', runs: [{ state: 'finished' }] })
      const runEvents = await fetch(`${after.clientUrl}/runs/${textOf(run, 'runId')}/events`, {
        headers,
      })
      expect(await runEvents.text()).toContain('"run-finished"')
    }, 120_000)
  },
)

async function postDecision(url: string, decision: unknown): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(decision),
  })
  await response.body?.cancel()
  return response.status
}
