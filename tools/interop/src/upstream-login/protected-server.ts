import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { NodeIncomingMessageLike } from '@modelcontextprotocol/node'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** An MCP server of the SDK that accepts only tokens of an authorization server. */
export interface ProtectedServer extends AsyncDisposable {
  readonly url: string
  /** Number of calls of the tool. */
  readonly calls: () => number
  /** Number of requests that were refused. */
  readonly refusals: () => number
  /** Refuses the tokens that were used until now, as if they had expired. */
  readonly expireTokens: () => void
  /** Scope that requests need from now on. */
  readonly require: (scope: string) => void
  /** Sets the address of the server's metadata, which the server names when it refuses a request. */
  readonly moveMetadata: (url: string) => void
}

export async function startProtectedServer(issuer: string): Promise<ProtectedServer> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))
  const seen = new Set<string>()
  const expired = new Set<string>()
  let calls = 0
  let refusals = 0
  let scope = 'mcp:use'
  let metadataUrl = ''

  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'protected', version: '1.0.0' })
    server.registerTool('ping', { description: 'Counts' }, () => {
      calls += 1
      return { content: [{ type: 'text', text: `pong ${calls}` }] }
    })
    return server
  })
  const handle = toNodeHandler(handler)

  /** Returns the challenge for a request, or undefined if its token is valid. */
  async function challengeOf(authorization = ''): Promise<readonly [number, string] | undefined> {
    const token = authorization.replace(/^Bearer /, '')
    const metadata = `resource_metadata="${metadataUrl}"`
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: url })
      seen.add(token)
      if (expired.has(token)) throw new Error('expired')
      const granted = String(payload['scope']).split(' ')
      if (scope.split(' ').every((each) => granted.includes(each))) return undefined
      return [403, `Bearer error="insufficient_scope", scope="${scope}", ${metadata}`]
    } catch {
      return [401, `Bearer error="invalid_token", scope="${scope}", ${metadata}`]
    }
  }

  const listener = createServer((request, response) => {
    if (request.url?.startsWith('/.well-known/oauth-protected-resource') === true) {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ resource: url, authorization_servers: [issuer] }))
      return
    }
    void challengeOf(request.headers.authorization).then((challenge) => {
      if (challenge === undefined) return handle(request as NodeIncomingMessageLike, response)
      const [status, header] = challenge
      refusals += 1
      request.resume()
      response.writeHead(status, { 'www-authenticate': header }).end()
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  const url = `${origin}/mcp`
  metadataUrl = `${origin}/.well-known/oauth-protected-resource/mcp`

  return {
    url,
    calls: () => calls,
    refusals: () => refusals,
    expireTokens() {
      for (const token of seen) expired.add(token)
    },
    require: (required) => void (scope = required),
    moveMetadata: (moved) => void (metadataUrl = moved),
    async [Symbol.asyncDispose]() {
      await handler.close()
      listener.closeAllConnections()
      listener.close()
      await once(listener, 'close')
    },
  }
}
