import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createClient } from '@mcp/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { calculation, openSession, postJson } from './http.ts'
import type { System } from './system.ts'
import { startHub, startServices } from './system.ts'

describe('in one process', () => {
  theMainJob(startHub)
})

describe('as separate processes', () => {
  theMainJob(startServices)
})

function theMainJob(start: () => Promise<System>): void {
  let system: System
  beforeAll(async () => {
    system = await start()
  }, 60_000)
  afterAll(() => system.stop(), 30_000)

  it('runs a tool through a session', async () => {
    const session = await openSession(system.sessionManagerUrl)
    const { status, body } = await postJson(`${session}/requests`, calculation('add', 2, 3))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'success',
      data: { result: 5 },
      metadata: { version: '1.0', source: 'mcp-server-3' },
    })
  })

  it('responds to a prompt with the offline planner, and labels the response', async () => {
    const { status, body } = await postJson(`${system.clientUrl}/process`, {
      prompt: 'What is 12 * 12?',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'success',
      data: { result: { prompt: 'What is 12 * 12?', offline: true } },
    })
    const text = JSON.stringify(body)
    expect(text).toContain('144')
    expect(text).toContain('offline planner: no language model')
  })

  it('records each prompt and its response in the transcript of the session', async () => {
    const { body } = await postJson(`${system.clientUrl}/process`, { prompt: 'What is 2 + 2?' })
    expect(body).toMatchObject({ metadata: { exchange: 'recorded' } })
  })

  it('executes a tool for a REST caller', async () => {
    const { status, body } = await postJson(`${system.clientUrl}/tools/execute`, {
      tool: 'textProcessor',
      operation: 'toUpperCase',
      params: { text: 'hello' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ data: { result: 'HELLO' } })
  })

  it('serves the typed client, including notifications', async () => {
    const client = createClient({ url: system.sessionManagerUrl })
    await using session = await client.connect({ clientId: 'typed' })
    const sum = await session.tools.execute({
      tool: 'calculator',
      operation: 'add',
      params: { a: 0.1, b: 0.2 },
    })
    expect(sum).toBe(0.3)

    const opened = Promise.withResolvers<void>()
    const notifications = session.notifications({ onOpen: opened.resolve })
    const first = notifications.next()
    await opened.promise
    await session.publish('greeting', { text: 'hello' })
    expect(await first).toMatchObject({ value: { type: 'greeting', data: { text: 'hello' } } })
    await notifications.return?.()
  })

  it('serves a client in Python’s standard library, including naive timestamps', async () => {
    const script = join(import.meta.dirname, 'guide_client.py')
    const { stdout } = await promisify(execFile)('python3', [script, system.sessionManagerUrl], {
      timeout: 20_000,
    })
    expect(JSON.parse(stdout)).toEqual({ result: 144, event: 'hello' })
  })

  it('serves the web client, without a script or style that its policy forbids', async () => {
    const response = await fetch(system.clientUrl)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    const html = await response.text()
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|style="|onclick=/)
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(html) ?? []
    const loaded = await fetch(new URL(script, `${system.clientUrl}/`))
    expect([loaded.status, loaded.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
  })
}
