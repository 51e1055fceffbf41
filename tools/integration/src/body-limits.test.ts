import { afterEach, expect, it } from 'vitest'

import { openSession, postJson } from './http.ts'
import { startHub, startServices } from './system.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const megabyte = 1024 * 1024

/** A request of the given size. The metadata is passed on to the server, and its response is small. */
function paddedRequest(bytes: number) {
  const payload = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
  return { type: 'tool-execution', payload, metadata: { padding: 'x'.repeat(bytes) } }
}

it('takes larger bodies through every process if MCP_MAX_BODY_BYTES is raised', async () => {
  const environment = { MCP_MAX_BODY_BYTES: String(8 * megabyte) }
  const system = await startServices({ environment, names: ['tools'] })
  stops.push(() => system.stop())
  const url = `${await openSession(system.sessionManagerUrl)}/requests`

  expect(await postJson(url, paddedRequest(6 * megabyte))).toMatchObject({
    status: 200,
    body: { data: { result: 5 } },
  })
  const payload = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }
  const request = { type: 'tool-execution', payload, padding: 'x'.repeat(6 * megabyte) }
  expect(await postJson(`${system.clientUrl}/requests`, request)).toMatchObject({ status: 200 })
  expect(await postJson(url, paddedRequest(9 * megabyte))).toMatchObject({
    status: 413,
    body: { error: { code: 'payload-too-large', details: { max: 8 * megabyte } } },
  })
}, 60_000)

it('refuses smaller bodies if MCP_MAX_BODY_BYTES is lowered', async () => {
  const max = 100_000
  const hub = await startHub({ MCP_MAX_BODY_BYTES: String(max) })
  stops.push(() => hub.stop())
  const url = `${await openSession(hub.sessionManagerUrl)}/requests`
  expect((await postJson(url, paddedRequest(max / 2))).status).toBe(200)
  for (const target of [url, `${hub.sessionManagerUrl}/sessions`, `${hub.clientUrl}/requests`]) {
    expect(await postJson(target, paddedRequest(max))).toMatchObject({
      status: 413,
      body: { error: { code: 'payload-too-large', details: { max } } },
    })
  }
}, 60_000)

it('refuses the bodies whose many values would block the process, and takes those at the limit', async () => {
  const hub = await startHub()
  stops.push(() => hub.stop())
  const url = `${await openSession(hub.sessionManagerUrl)}/requests`
  const post = async (data: string) => {
    const body = `{"type":"tool-execution","payload":{"tool":"dataTransformer","operation":"sample","params":{"data":${data},"size":1}}}`
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body })
    return `${response.status} ${await response.text()}`
  }
  const objects = (count: number): string =>
    `[${Array.from({ length: count }, (_, index) => `{"k${index}":1}`).join(',')}]`
  for (const data of [
    `[${'[[[[[[]]]]]],'.repeat(300_000)}1]`,
    `[${'{},'.repeat(1_300_000)}1]`,
    objects(150_000),
  ]) {
    expect(await post(data)).toMatch(/^413 .*"The JSON has more than 50000 values\."/)
  }

  const accepted = objects(24_000)
  const healthy: Promise<number>[] = []
  const responses = Array.from({ length: 20 }, async () => {
    const response = await post(accepted)
    healthy.push(fetch(`${hub.sessionManagerUrl}/health`).then(({ status }) => status))
    return response
  })
  for (const response of await Promise.all(responses)) expect(response).not.toMatch(/^5/)
  expect(new Set(await Promise.all(healthy))).toEqual(new Set([200]))
}, 60_000)
