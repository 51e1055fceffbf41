import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import { createGuardedFetch } from '@mcp/server-internet/guarded-fetch'
import { createSessionManager } from '@mcp/session-manager'
import { mountLogins } from '@mcp/upstream'
import { openUpstreams } from '@mcp/upstream/settings'

import { followRedirects } from '../oauth/user-agent.ts'

const publicUrl = 'http://localhost:5000'

/** Creates the data folder of a hub with one server in its MCP configuration file. */
export function createHubFolder(url: string) {
  const path = mkdtempSync(join(tmpdir(), 'mcp-login-'))
  writeFileSync(join(path, 'mcp.json'), JSON.stringify({ mcpServers: { peer: { url } } }))
  return {
    path,
    /** Returns the content of the files in the folder below a path. */
    read: (below: string) =>
      readdirSync(join(path, below)).map((file) => readFileSync(join(path, below, file), 'utf8')),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Starts a session manager whose upstream server needs a login. Everything that it reports is recorded. */
export async function startLoginHub(folder: string) {
  const reported: string[] = []
  const requested: { url: string; body: string }[] = []
  const dispatcher = createDispatcher()
  const upstreams = openUpstreams(
    {
      MCP_CONFIG: join(folder, 'mcp.json'),
      MCP_ALLOW_COMMANDS: false,
      MCP_OPERATORS: [],
      MCP_PUBLIC_URL: undefined,
    },
    {
      folder,
      publicUrl,
      createLoginFetch(near) {
        const guardedFetch = createGuardedFetch({ near })
        return (url, init) => {
          requested.push({ url: String(url), body: String(init?.body ?? '') })
          return guardedFetch(url, init)
        }
      },
      onWarning: (message) => reported.push(message),
      onError: (error) => reported.push(String(error), JSON.stringify(error)),
    },
  )
  const onError = (error: unknown) => void reported.push(String(error))
  const manager = createSessionManager({
    dispatcher,
    administration: upstreams,
    mounts: [mountLogins({ upstreams, publicUrl, onError })],
    onError,
  })
  await upstreams.start(dispatcher)

  async function send(method: string, path: string): Promise<string> {
    const request = new Request(`${publicUrl}${path}`, { method })
    const text = await (await manager.fetch(request, { isLoopback: true })).text()
    reported.push(text)
    return text
  }

  return {
    /** Everything that was logged, listed or returned. */
    reported,
    /** Number of requests for a token with a grant type. */
    grants: (type: string) =>
      requested.filter(({ body }) => body.includes(`grant_type=${type}`)).length,
    requested,
    send,
    async connection(): Promise<{ phase?: string; loginUrl?: string; reason?: string }> {
      const { servers } = JSON.parse(await send('GET', '/servers'))
      return servers[0].health.connection
    },
    /** Calls the tool. Returns its text, or the message of the error. */
    async call(): Promise<string> {
      const payload = { tool: 'peer', operation: 'ping', params: {} }
      const { signal } = new AbortController()
      const response = await dispatcher.dispatch(createRequest('tool-execution', payload), {
        signal,
        deadline: Date.now() + 30_000,
      })
      const text = JSON.stringify(response)
      reported.push(text)
      return response.status === 'error' ? response.error.message : (/pong/.exec(text)?.[0] ?? text)
    },
    /** Opens the address of a login as a browser of the user does, up to the page of the hub. */
    async open(address: string): Promise<string> {
      const callback = await followRedirects(new URL(address), `${publicUrl}/oauth/callback`)
      const response = await manager.fetch(new Request(callback), { isLoopback: false })
      return response.text()
    },
    async [Symbol.asyncDispose]() {
      upstreams.close()
      await manager.close()
      await dispatcher.close()
    },
  }
}
