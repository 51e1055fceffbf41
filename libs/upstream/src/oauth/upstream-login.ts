import { McpError } from '@mcp/protocol'

import { createAccessToken } from './access-token.ts'
import { createCredentialRecord } from './credential-record.ts'
import type { UpstreamLogin, UpstreamLoginOptions } from './login.ts'
import { createLoginRunner } from './login-runner.ts'

/**
 * Creates the login of an entry. Without a stored token, nothing is requested before the server refuses a
 * request or an operator starts a login.
 */
export function createUpstreamLogin(options: UpstreamLoginOptions): UpstreamLogin {
  const { entry, redirectUrl } = options
  const { name, hub } = entry
  let changed = (): void => {}
  const record = createCredentialRecord({
    name,
    serverUrl: entry.url,
    store: options.credentials,
    onLoginElsewhere: () => changed(),
  })
  const runner = createLoginRunner(options, record, () => changed())
  const accessToken = createAccessToken(options, record, runner)

  return {
    ...accessToken,
    async start() {
      if (redirectUrl === undefined && hub.oauth?.grant !== 'client_credentials') {
        throw new McpError(
          'conflict',
          'A login needs the ports of the hub. Start the hub with "mcp start", and repeat the login there.',
        )
      }
      await record.reload()
      const { reason = 'an operator requested it' } = record.current().pending ?? {}
      const isAuthorized = await runner.run('redirect', reason, () => {
        const { scope } = record.current().pending ?? {}
        const auth = { forceReauthorization: true, rediscover: true }
        return scope === undefined ? auth : { ...auth, scope }
      })
      const { pending } = record.current()
      return isAuthorized || pending === undefined ? {} : { url: pending.url }
    },
    async complete(query) {
      const isCurrent = (): boolean => record.current().pending?.state === query.get('state')
      // Another process may have started the login.
      await record.reload()
      const { pending } = record.current()
      if (pending === undefined || !isCurrent()) return false
      const error = query.get('error')
      if (error !== null) throw loginFailed(name, error)
      const iss = query.get('iss')
      const auth = {
        authorizationCode: query.get('code') ?? '',
        ...(iss === null ? {} : { iss }),
      }
      // Another step may have replaced or completed the login meanwhile.
      return runner.run('callback', pending.reason, () => (isCurrent() ? auth : undefined))
    },
    pending: () => record.current().pending,
    onChange(listener) {
      changed = listener
      // A login that was started before a restart is shown again. If the read fails, the next call reports it.
      record.load().catch(() => {})
    },
  }
}

function loginFailed(name: string, error: string): McpError {
  return new McpError(
    'forbidden',
    `The login at the server "${name}" failed: ${error.slice(0, 200)}. Start it again with "mcp servers login ${name}".`,
    { details: { reason: 'login-failed', server: name } },
  )
}
