import { once } from 'node:events'
import { createServer } from 'node:http'

import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OAuth authorization server on loopback. */
export interface TokenIssuer {
  readonly url: string
  readonly token: (subject: string, scope: string) => Promise<string>
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
  return {
    url,
    token: async (subject, scope) =>
      new SignJWT({ scope })
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
        .setIssuer(url)
        .setAudience(audience)
        .setSubject(subject)
        .setExpirationTime('5 minutes')
        .sign(privateKey),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
