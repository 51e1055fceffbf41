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
      await runner.settled()
      await record.reload()
      if (redirectUrl === undefined && hub.oauth?.grant !== 'client_credentials') {
        throw new McpError(
          'conflict',
          'A login needs the ports of the hub. Start the hub with "mcp start", and repeat the login there.',
        )
      }
      const { scope, reason = 'an operator requested it' } = record.current().pending ?? {}
      const isAuthorized = await runner.run('redirect', reason, {
        forceReauthorization: true,
        rediscover: true,
        ...(scope === undefined ? {} : { scope }),
      })
      const { pending } = record.current()
      return isAuthorized || pending === undefined ? {} : { url: pending.url }
    },
    async complete(query) {
      await runner.settled()
      // Another process may have started the login.
      await record.reload()
      const { pending } = record.current()
      if (pending === undefined || query.get('state') !== pending.state) return false
      const error = query.get('error')
      if (error !== null) throw loginFailed(name, error)
      const iss = query.get('iss')
      await runner.run('callback', pending.reason, {
        authorizationCode: query.get('code') ?? '',
        ...(iss === null ? {} : { iss }),
      })
      return true
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
