import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { createGuardedFetch } from './guarded-fetch.ts'

const received: { method: string; path: string; body: string; type: string | undefined }[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const { method = '', url: path = '', headers } = request
    received.push({ method, path, body, type: headers['content-type'] })
    if (path === '/moved') response.writeHead(302, { location: '/other' }).end()
    else if (path === '/reset') response.writeHead(205).end()
    else if (path === '/cut') response.write('{"issuer":', () => response.destroy())
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"issuer":"x"}')
  })
})
let origin = ''
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  origin = `http://127.0.0.1:${address.port}`
})
afterAll(() => server.close())

const addresses: Readonly<Record<string, string>> = {
  'mcp.example.com': '93.184.215.14',
  'evil.example.com': '10.0.0.7',
  'mcp.corp.internal': '10.0.0.5',
  'metadata.corp.internal': '169.254.169.254',
  'corp.example': '10.0.0.5',
  'evil.example': '169.254.169.254',
  mcp: '172.18.0.2',
  metadata: '169.254.169.254',
}
const resolve = async (hostname: string) => [addresses[hostname] ?? hostname]

it('sends a request to a host near the server, and returns its response', async () => {
  const guardedFetch = createGuardedFetch({ near: `${origin}/mcp` })
  const response = await guardedFetch(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token' }),
  })
  expect(await response.json()).toEqual({ issuer: 'x' })
  expect(received.at(-1)).toEqual({
    method: 'POST',
    path: '/token',
    body: 'grant_type=refresh_token',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
  })
})

it('does not follow a redirect', async () => {
  const count = received.length
  const response = await createGuardedFetch({ near: origin })(`${origin}/moved`)
  expect(response.status).toBe(302)
  expect(received).toHaveLength(count + 1)
})

it.each([
  ['loopback', () => origin],
  ['the metadata of a cloud', () => 'http://169.254.169.254/latest'],
  ['a private network', () => 'http://10.0.0.1/'],
  ['a public name with a private address', () => 'https://evil.example.com/'],
  ['an internal name', () => 'http://localhost/'],
])('refuses %s if the server is on the public internet', async (_, urlOf) => {
  const guardedFetch = createGuardedFetch({ near: 'https://mcp.example.com/mcp', resolve })
  const count = received.length
  await expect(guardedFetch(urlOf())).rejects.toMatchObject({
    code: 'forbidden',
    details: { reason: 'ssrf-blocked' },
  })
  expect(received).toHaveLength(count)
})

it('refuses loopback if the server is in another private network', async () => {
  const guardedFetch = createGuardedFetch({ near: 'https://mcp.corp.internal/mcp', resolve })
  for (const url of [origin, 'http://localhost/', 'http://169.254.169.254/']) {
    await expect(guardedFetch(url)).rejects.toMatchObject({ code: 'forbidden' })
  }
})

it.each([
  ['corp.example', 'evil.example'],
  ['mcp.corp.internal', 'metadata.corp.internal'],
  ['mcp', 'metadata'],
])('checks the addresses of a name in the domain of %s', async (near, name) => {
  const guardedFetch = createGuardedFetch({ near: `http://${near}/mcp`, resolve })
  await expect(guardedFetch(`http://${name}/latest`)).rejects.toMatchObject({
    code: 'forbidden',
    details: { reason: 'ssrf-blocked' },
  })
})

it('resolves the name of the server again after a failure', async () => {
  let attempts = 0
  const guardedFetch = createGuardedFetch({
    near: 'http://mcp.test/mcp',
    async resolve() {
      attempts += 1
      if (attempts === 1) throw new Error('The name server does not respond.')
      return ['127.0.0.1']
    },
  })
  await expect(guardedFetch(origin)).rejects.toMatchObject({ code: 'forbidden' })
  expect((await guardedFetch(origin)).status).toBe(200)
})

it('returns a response with the status 205', async () => {
  const response = await createGuardedFetch({ near: origin })(`${origin}/reset`)
  expect(response.status).toBe(205)
})

it('reports a body that is cut as an error of the host', async () => {
  await expect(createGuardedFetch({ near: origin })(`${origin}/cut`)).rejects.toMatchObject({
    code: 'upstream-error',
    message: expect.stringContaining('127.0.0.1'),
  })
})

it('reaches a host that the operator allows', async () => {
  const allowedHosts = ['127.0.0.1']
  const guardedFetch = createGuardedFetch({
    near: 'https://mcp.example.com/',
    allowedHosts,
    resolve,
  })
  expect((await guardedFetch(origin)).status).toBe(200)
})
