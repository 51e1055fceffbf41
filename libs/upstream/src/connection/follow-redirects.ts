import { McpError } from '@mcp/protocol'

import type { FetchResponse } from '../oauth/login-fetch.ts'

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The redirects that keep a POST request. The others repeat it as a GET request without its content. */
const preserving: ReadonlySet<number> = new Set([307, 308])

const maxRedirects = 5

const reason = 'moved'

/**
 * Returns a `fetch` that follows the redirects of a server to other paths of its origin. A redirect to
 * another origin is an error: the headers of the entry and the access token belong to the address that
 * the user has written, and `fetch` removes only `authorization` and `cookie`. A redirect that would remove
 * the content of a request is also an error.
 */
export function followRedirects(serverName: string, fetchResponse: FetchResponse): FetchResponse {
  return async (url, init) => {
    const { origin } = new URL(url)
    const isRead = init?.method === undefined || init.method === 'GET'
    let target = new URL(url)
    for (let count = 0; count <= maxRedirects; count++) {
      const response = await fetchResponse(target, { ...init, redirect: 'manual' })
      const location = response.headers.get('location')
      if (!statuses.has(response.status) || location === null) return response
      await response.body?.cancel()
      if (!URL.canParse(location, target)) throw moved(serverName, 'to an invalid address')
      target = new URL(location, target)
      if (target.origin !== origin) throw movedAway(serverName, target)
      if (!isRead && !preserving.has(response.status)) {
        const problem = `with status ${response.status}, which removes the content of a request, to ${addressOf(target)}`
        throw moved(serverName, problem)
      }
    }
    throw moved(serverName, `more than ${maxRedirects} times in a row`)
  }
}

/** Returns the error of a redirect that was not followed, which the SDK may have wrapped, or undefined. */
export function movedIn(thrown: unknown): McpError | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (McpError.is(error) && error.details?.['reason'] === reason) return error
  }
  return undefined
}

function movedAway(serverName: string, target: URL): McpError {
  return moved(
    serverName,
    `to another origin, ${addressOf(target)}. Headers and tokens are not sent there`,
  )
}

function moved(serverName: string, problem: string): McpError {
  return new McpError(
    'upstream-error',
    `The server "${serverName}" redirects ${problem}. Set "url" of its entry to the new address if you trust it.`,
    { retryable: false, details: { reason, server: serverName } },
  )
}

/** Returns the address without its query, which may contain secrets. */
function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.slice(0, 300)
}
