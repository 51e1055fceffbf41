import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openSession, postJson } from '../http.ts'
import { areProgramsMissing } from '../missing-programs.ts'
import { freePort, waitUntil } from '../running-app.ts'
import type { System } from '../system.ts'
import { startHub } from '../system.ts'

const redisServer = '/usr/bin/redis-server'
const owner = 'an-owner-with-at-least-43-characters-in-base64url'

describe.skipIf(areProgramsMissing({ 'redis-server': redisServer }))(
  'two hubs on one Redis',
  () => {
    const hubs: (System & { readonly app: { output(): string } })[] = []
    let endRedis: () => Promise<unknown>

    beforeAll(async () => {
      const port = await freePort()
      const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '']
      const child = spawn(redisServer, options, { stdio: 'ignore' })
      endRedis = async () => child.kill('SIGKILL') && once(child, 'exit')
      for (let count = 0; count < 2; count++) {
        hubs.push(await startHub({ REDIS_URL: `redis://127.0.0.1:${port}` }))
      }
    }, 120_000)

    afterAll(async () => {
      await Promise.all(hubs.map((hub) => hub.stop()))
      await endRedis()
    })

    const at = (index: number): System => {
      const hub = hubs[index]
      if (hub === undefined) throw new Error(`no hub ${index}`)
      return hub
    }
    /** Returns the address of a session, which was opened at one hub, at another one. */
    const elsewhere = (session: string, index: number): string =>
      session.replace(at(0).sessionManagerUrl, at(index).sessionManagerUrl)

    it('say at the start what is shared, and what is of one hub only', async () => {
      await waitUntil('the banner is printed', async () =>
        hubs.every(({ app }) => app.output().includes('of this hub only')),
      )
      for (const { app } of hubs) {
        expect(app.output()).toMatch(/Sessions +in Redis at 127\.0\.0\.1:\d+, with conversations/)
        expect(app.output()).toContain(
          'other hubs share no database or files until DATABASE_URL, ROOTS, RESOURCES_FOLDERS, PROMPTS_DIR name common ones',
        )
      }
    })

    it('take the requests of a session that was created at the other', async () => {
      const session = await openSession(at(0).sessionManagerUrl)
      const params = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
      const request = { type: 'tool-execution', payload: params }
      const { body } = await postJson(`${elsewhere(session, 1)}/requests`, request)
      expect(body).toMatchObject({ status: 'success', data: { result: 5 } })
      expect((await fetch(elsewhere(session, 1), { method: 'DELETE' })).status).toBe(204)
      expect((await fetch(session)).status).toBe(404)
    })

    it('run a request once that is sent to both at the same time, and return the same response', async () => {
      const session = await openSession(at(0).sessionManagerUrl)
      const send = (index: number, request: unknown) =>
        postJson(`${elsewhere(session, index)}/requests`, request)
      for (let count = 0; count < 20; count++) {
        const params = { path: `file-${count}.txt`, content: String(count) }
        const payload = { root: 'workspace', operation: 'writeFile', params }
        const request = { id: randomUUID(), type: 'root-operation', payload }
        const [first, second] = await Promise.all([send(0, request), send(1, request)])
        expect(first.body).toMatchObject({ status: 'success' })
        // Each run has a time of its own.
        expect(first.body).toHaveProperty('timestamp')
        expect(second.body).toEqual(first.body)
      }
    })

    it('send the events that are published at one to the streams of the other', async () => {
      const session = await openSession(at(0).sessionManagerUrl)
      const stop = new AbortController()
      const stream = await fetch(`${elsewhere(session, 1)}/events`, { signal: stop.signal })
      let received = ''
      const reading = (async () => {
        for await (const chunk of stream.body ?? []) received += Buffer.from(chunk).toString()
      })()
      // Events that are published before this one are not part of the stream.
      await waitUntil('the stream is open', async () => received.includes('stream-open'))
      const published = await postJson(`${session}/notifications`, {
        type: 'note-added',
        data: { text: 'from the first hub' },
      })
      expect(published.status).toBe(202)
      await waitUntil('the event arrives', async () => received.includes('from the first hub'))
      stop.abort()
      await reading.catch(() => {})
    })

    it('share conversations and saved calls', async () => {
      const headers = { 'content-type': 'application/json', 'x-mcp-owner': owner }
      const created = await postJson(`${at(0).clientUrl}/conversations`, { title: 'Both' }, headers)
      expect(created.status).toBe(201)
      const body = JSON.stringify({ type: 'root-operation', payload: { operation: 'listRoots' } })
      await fetch(`${at(0).clientUrl}/saved-calls/roots`, { method: 'PUT', headers, body })
      const read = async (path: string): Promise<unknown> =>
        (await fetch(`${at(1).clientUrl}${path}`, { headers })).json()
      expect(await read('/conversations')).toMatchObject({ conversations: [{ title: 'Both' }] })
      expect(await read('/saved-calls')).toMatchObject({ calls: [{ name: 'roots' }] })
    })
  },
)
