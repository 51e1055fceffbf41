import { errorResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import { clientMetadataOf } from './oauth-provider.ts'

/** The part of the upstream servers that completes logins. */
export interface LoginCallbacks {
  /** Completes the login to which the query of a callback belongs. Returns the name of the server. */
  completeLogin(query: URLSearchParams): Promise<string>
}

/** Path of the callback, below the base path of the session manager. */
const callbackPath = '/oauth/callback'

/** Path of the document that describes the hub to authorization servers. */
const clientPath = '/oauth/client.json'

/** Returns the addresses of the routes of logins at a session manager. */
export function loginUrls(publicUrl: string) {
  const base = publicUrl.replace(/\/+$/, '')
  return {
    redirectUrl: `${base}${callbackPath}`,
    // Authorization servers fetch the document, which the standard allows only over HTTPS.
    clientMetadataUrl: base.startsWith('https:') ? `${base}${clientPath}` : undefined,
  }
}

export interface MountLoginsOptions {
  readonly upstreams: LoginCallbacks
  /** Address of the session manager for browsers. */
  readonly publicUrl: string
  readonly onError: (error: unknown) => void
}

/**
 * Returns a function for the option `mounts` of a session manager. It mounts `GET /oauth/callback`, to which
 * authorization servers send the browser after a login, and `GET /oauth/client.json`, which describes the hub.
 * The random state in the query of the callback authenticates its request.
 */
export function mountLogins({ upstreams, publicUrl, onError }: MountLoginsOptions) {
  const { redirectUrl, clientMetadataUrl } = loginUrls(publicUrl)

  async function complete(query: URLSearchParams): Promise<Response> {
    try {
      const name = await upstreams.completeLogin(query)
      return page(200, `The login at "${name}" is complete. You can close this page.`)
    } catch (thrown) {
      const error = McpError.from(thrown)
      if (error.code === 'internal') onError(thrown)
      const { status, headers } = errorResponse(error)
      return page(status, error.code === 'internal' ? 'The login failed.' : error.message, headers)
    }
  }

  return () => ({
    paths: ['/oauth'],
    service: {
      async fetch({ method, url }: Request): Promise<Response> {
        const { pathname, searchParams } = new URL(url)
        if (method !== 'GET') return page(405, 'Use GET.', { allow: 'GET' })
        if (pathname.endsWith(callbackPath)) return complete(searchParams)
        if (pathname.endsWith(clientPath) && clientMetadataUrl !== undefined) {
          const metadata = clientMetadataOf(redirectUrl)
          return Response.json({ ...metadata, client_id: clientMetadataUrl })
        }
        return page(404, 'There is no such page.')
      },
      close: async () => {},
    },
  })
}

/** Returns a page without scripts. The browser does not store it, and sends its address to no other site. */
function page(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Login</title><p>${escaped}</p></html>\n`
  return new Response(body, {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}
