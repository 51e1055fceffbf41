import { McpError } from '@mcp/protocol'

import { createValueFilter } from '../node/hide-values.ts'

export type FetchResponse = (url: string | URL, init?: RequestInit) => Promise<Response>

/** Sends the requests of a login, and records why they failed. */
export interface LoginFetch {
  readonly fetch: FetchResponse
  /** Starts a run. Removes the failures of the earlier run, and hides the secrets in errors of this run. */
  reset(secrets: readonly string[]): void
  /** Returns the error if the authorization server was unavailable for a refresh, otherwise undefined. */
  refreshFailure(): McpError | undefined
  /** Returns the error of a run, which contains no secret. */
  failure(thrown: unknown): McpError
}

const maxTextLength = 300

/** Timeout of each request. An authorization server that does not respond would otherwise delay calls. */
const timeoutMs = 20_000

export function createLoginFetch(serverName: string, fetchResponse: FetchResponse): LoginFetch {
  let blocked: McpError | undefined
  let refreshFailure: McpError | undefined
  let hideSecrets = createValueFilter([])

  function unavailable(problem: string, cause?: unknown): McpError {
    return new McpError(
      'unavailable',
      `The authorization server of "${serverName}" ${problem}. Retry later.`,
      { details: { reason: 'authorization-server', server: serverName }, cause },
    )
  }

  return {
    async fetch(url, init) {
      const body = init?.body
      const isRefresh =
        body instanceof URLSearchParams && body.get('grant_type') === 'refresh_token'
      const timeout = AbortSignal.timeout(timeoutMs)
      const signal = init?.signal
      const stop =
        signal === undefined || signal === null ? timeout : AbortSignal.any([signal, timeout])
      try {
        const response = await fetchResponse(url, { ...init, signal: stop })
        if (isRefresh && (response.status >= 500 || response.status === 429)) {
          refreshFailure = unavailable(`returned status ${response.status}`)
        }
        return response
      } catch (thrown) {
        if (McpError.is(thrown) && thrown.code === 'forbidden') blocked = thrown
        else if (isRefresh) refreshFailure = unavailable('does not respond', thrown)
        throw thrown
      }
    },
    reset(secrets) {
      blocked = refreshFailure = undefined
      hideSecrets = createValueFilter(secrets)
    },
    refreshFailure: () => refreshFailure,
    failure(thrown) {
      if (blocked !== undefined) {
        return new McpError(
          'forbidden',
          `The login at the server "${serverName}" is not possible: ${blocked.message}`,
          { details: { reason: 'ssrf-blocked', server: serverName }, cause: blocked },
        )
      }
      if (refreshFailure !== undefined) return refreshFailure
      if (McpError.is(thrown)) return thrown
      // The text of an error of an authorization server may contain what was sent to it.
      const text = thrown instanceof Error ? hideSecrets(thrown.message) : 'unknown error'
      return new McpError(
        'upstream-error',
        `The login at the server "${serverName}" failed: ${text.slice(0, maxTextLength)}`,
        { retryable: false, details: { reason: 'login-failed', server: serverName } },
      )
    },
  }
}
