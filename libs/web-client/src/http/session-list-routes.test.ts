import { createDispatcher } from '@mcp/dispatcher'
import { toolsServer } from '@mcp/server-tools'
import { bearerAuthentication, createSessionManager } from '@mcp/session-manager'
import { afterEach, expect, it } from 'vitest'

import { createWebClient } from '../web-client.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function start(tokens?: Record<string, string>) {
  const dispatcher = createDispatcher({ servers: [toolsServer()] })
  const authenticate = tokens && bearerAuthentication({ tokens })
  const sessionManager = createSessionManager({ dispatcher, authenticate })
  const open = () =>
    createWebClient({
      sessionManagerUrl: 'http://session-manager',
      fetch: (request) => sessionManager.fetch(request),
      authenticate,
    })
  const service = open()
  closing.push(
    () => dispatcher.close(),
    () => sessionManager.close(),
    () => service.close(),
  )
  return { service, open }
}

type Service = ReturnType<typeof createWebClient>

/** A browser: it keeps its cookies and marks its requests as those of the page. */
function createBrowser(service: Service, headers: Record<string, string> = { 'x-mcp-page': '1' }) {
  const cookies = new Map<string, string>()
  return async (method: string, path: string, body?: unknown) => {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await service.fetch(
      new Request(`http://client${path}`, {
        method,
        body: body === undefined ? null : JSON.stringify(body),
        headers: { ...headers, cookie, 'content-type': 'application/json' },
      }),
    )
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await response.text()
    return { status: response.status, text, json: text === '' ? undefined : JSON.parse(text) }
  }
}

it('lists the sessions of a browser without their ids, and switches between them', async () => {
  const send = createBrowser(start().service)
  await send('GET', '/sessions')
  const first = (await send('POST', '/sessions', { clientId: 'first' })).json.handle
  const second = (await send('POST', '/sessions', { clientId: 'second' })).json.handle
  const { text, json } = await send('GET', '/sessions')
  expect(json.sessions).toMatchObject([
    { handle: second, clientId: 'second', isCurrent: true },
    { handle: first, clientId: 'first', isCurrent: false },
  ])
  expect(text).not.toContain('ses-')
  const switched = await send('PUT', '/sessions/current', { handle: first })
  expect(switched.json).toMatchObject({ clientId: 'first', handle: first })
  expect((await send('GET', '/sessions/current')).json).toMatchObject({ clientId: 'first' })
})

it('closes a session by its handle, and the current one with its cookie', async () => {
  const send = createBrowser(start().service)
  await send('GET', '/sessions')
  const first = (await send('POST', '/sessions', { clientId: 'first' })).json.handle
  const second = (await send('POST', '/sessions', { clientId: 'second' })).json.handle
  expect((await send('DELETE', `/sessions/${first}`)).status).toBe(204)
  expect((await send('GET', '/sessions')).json.sessions).toMatchObject([{ handle: second }])
  expect((await send('DELETE', `/sessions/${second}`)).status).toBe(204)
  expect((await send('GET', '/sessions')).json.sessions).toEqual([])
  expect((await send('GET', '/sessions/current')).json).toMatchObject({ clientId: 'client-app' })
})

it('returns 404 for the sessions of another browser, and for closed ones', async () => {
  const { service } = start()
  const send = createBrowser(service)
  await send('GET', '/sessions')
  const { handle } = (await send('POST', '/sessions')).json
  const other = createBrowser(service)
  expect((await other('GET', '/sessions')).json.sessions).toEqual([])
  expect((await other('PUT', '/sessions/current', { handle })).status).toBe(404)
  expect((await other('DELETE', `/sessions/${handle}`)).status).toBe(404)
  expect((await other('PUT', '/sessions/current', { handle: 5 })).status).toBe(400)
  expect((await send('DELETE', '/sessions/current')).status).toBe(204)
  expect((await send('PUT', '/sessions/current', { handle })).status).toBe(404)
})

it('does not list the shared session', async () => {
  const send = createBrowser(start().service, {})
  await send('GET', '/sessions/current')
  expect((await send('GET', '/sessions')).json.sessions).toEqual([])
})

it('lists the sessions of an authenticated caller after a restart', async () => {
  const { service, open } = start({ secret: 'ada', other: 'bob' })
  const ada = createBrowser(service, { authorization: 'Bearer secret' })
  const { handle } = (await ada('POST', '/sessions', { clientId: 'first' })).json
  const restarted = open()
  closing.push(() => restarted.close())
  const later = createBrowser(restarted, { authorization: 'Bearer secret' })
  expect((await later('GET', '/sessions')).json.sessions).toMatchObject([{ handle }])
  const bob = createBrowser(restarted, { authorization: 'Bearer other' })
  expect((await bob('GET', '/sessions')).json.sessions).toEqual([])
})
