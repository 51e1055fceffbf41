import { once } from 'node:events'
import { createServer } from 'node:http'

import type { JWTPayload } from 'jose'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'

/** An OAuth authorization server on loopback. */
export interface TokenIssuer {
  readonly url: string
  readonly token: (subject: string, scope: string, claims?: JWTPayload) => Promise<string>
  /** Returns tokens without a signature of the issuer, by their algorithm. */
  readonly unsigned: () => Promise<Readonly<Record<'none' | 'HS256', string>>>
  readonly stop: () => Promise<void>
}

/** Starts an issuer of access tokens for an audience. */
export async function startTokenIssuer(audience: string): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    if (request.url === '/jwks') response.end(JSON.stringify({ keys: [jwk] }))
    else if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }))
    } else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const validClaims = () => ({ iss: url, aud: audience, exp: Math.floor(Date.now() / 1000) + 300 })
  return {
    url,
    token: async (subject, scope, claims = {}) =>
      new SignJWT({ ...validClaims(), sub: subject, scope, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
        .sign(privateKey),
    async unsigned() {
      const claims = { ...validClaims(), sub: 'ada', scope: 'mcp:use mcp:all' }
      const secret = new TextEncoder().encode(await exportSPKI(publicKey))
      const hmac = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      return { none: new UnsecuredJWT(claims).encode(), HS256: await hmac.sign(secret) }
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
