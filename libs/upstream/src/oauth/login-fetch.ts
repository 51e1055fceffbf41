import { McpError } from '@mcp/protocol'

import { createValueFilter } from '../node/hide-values.ts'

export type FetchResponse = (url: string | URL, init?: RequestInit) => Promise<Response>

/** Sends the requests of a login, and records why they failed. */
export interface LoginFetch {
  readonly fetch: FetchResponse
  /** Starts a run. Removes the failures of the earlier run, and hides the secrets in errors of this run. */
  reset(secrets: readonly string[]): void
  /**
   * Returns the error if a server of the login was unavailable, and no later request succeeded, otherwise
   * undefined. The SDK would otherwise continue with default addresses.
   */
  outage(): McpError | undefined
  /** Returns the error of a run, which contains no secret. */
  failure(thrown: unknown): McpError
}

const maxTextLength = 300

/** Timeout of each request. An authorization server that does not respond would otherwise delay calls. */
const timeoutMs = 20_000

export function createLoginFetch(serverName: string, fetchResponse: FetchResponse): LoginFetch {
  let blocked: McpError | undefined
  let outage: McpError | undefined
  let hideSecrets = createValueFilter([])

  function unavailable(url: string | URL, problem: string, cause?: unknown): McpError {
    return new McpError(
      'unavailable',
      `The login at the server "${serverName}" is not possible now: "${new URL(url).host}" ${problem}. Retry later.`,
      { details: { reason: 'authorization-server', server: serverName }, cause },
    )
  }

  return {
    async fetch(url, init) {
      const timeout = AbortSignal.timeout(timeoutMs)
      const signal = init?.signal
      const stop =
        signal === undefined || signal === null ? timeout : AbortSignal.any([signal, timeout])
      try {
        const response = await fetchResponse(url, { ...init, signal: stop })
        if (response.status >= 500 || response.status === 429) {
          outage = unavailable(url, `returned status ${response.status}`)
        } else if (response.ok || init?.method === 'POST') {
          // A missing metadata document does not end an outage, because another may be missing due to it.
          outage = undefined
        }
        return response
      } catch (thrown) {
        if (McpError.is(thrown) && thrown.code === 'forbidden') blocked = thrown
        else outage = unavailable(url, 'does not respond', thrown)
        throw thrown
      }
    },
    reset(secrets) {
      blocked = outage = undefined
      hideSecrets = createValueFilter(secrets)
    },
    outage: () => outage,
    failure(thrown) {
      if (blocked !== undefined) {
        return new McpError(
          'forbidden',
          `The login at the server "${serverName}" is not possible: ${blocked.message}`,
          { details: { reason: 'ssrf-blocked', server: serverName }, cause: blocked },
        )
      }
      if (outage !== undefined) return outage
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
