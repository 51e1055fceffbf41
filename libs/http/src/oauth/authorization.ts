import { McpError } from '@mcp/protocol'

import type { Credentials, Principal } from '../authenticate.ts'
import { hasBearerToken, unauthenticated } from '../authenticate.ts'
import { missingScopes } from '../scopes.ts'
import type { TextResponse } from '../text-response.ts'
import { errorResponse, jsonResponse } from '../text-response.ts'
import type { EndpointOptions } from './endpoint-url.ts'
import { createEndpointUrl } from './endpoint-url.ts'

/** Required scopes by the name of a view. The entry `''` is for all views without an entry. */
export type ViewScopes = Readonly<Record<string, readonly string[]>>

export interface AuthorizationOptions extends EndpointOptions {
  /** URL of the authorization server. */
  readonly issuer: string
  /** Default: no view requires a scope. */
  readonly scopes?: ViewScopes | undefined
}

/**
 * The endpoint as a protected resource of OAuth: its metadata (RFC 9728), and the responses to callers
 * without a valid token or without a scope. The name of a view is the path segment after the endpoint,
 * such as `all` for `/mcp/all`, or `''` for the endpoint itself.
 */
export interface Authorization {
  /** Returns the scopes that a view requires. */
  readonly scopesOf: (view: string) => readonly string[]
  /** Returns the response with status 403 if the principal lacks a scope of the view. */
  readonly check: (
    principal: Principal,
    view: string,
    request: Credentials,
  ) => TextResponse | undefined
  /**
   * Returns the response for a caller that did not authenticate. `thrown` is the error of the function
   * `authenticate`, or undefined if it returned no principal.
   */
  readonly challenge: (thrown: unknown, view: string, request: Credentials) => TextResponse
  /** Returns the metadata document, or undefined if the path is not one of its paths. */
  readonly metadata: (path: string, request: Credentials) => TextResponse | undefined
}

/** The path of the metadata. A client inserts it before the path of the endpoint. */
export const metadataPath = '/.well-known/oauth-protected-resource'

/**
 * Creates the OAuth metadata and the challenges of an endpoint whose callers `jwtAuthentication` authenticates.
 *
 * @example const authorization = createAuthorization({ issuer: 'https://login.example.org', audiences:
 *   ['https://mcp.example.org/mcp'], scopes: { '': ['mcp:use'], all: ['mcp:all'] }, })
 */
export function createAuthorization(options: AuthorizationOptions): Authorization {
  const { issuer, scopes = {}, path = '/mcp', basePath = '' } = options
  const endpointUrl = createEndpointUrl(options)
  const byView = new Map(Object.entries(scopes))
  const scopesOf = (view: string) => byView.get(view) ?? byView.get('') ?? []

  function challengeHeader(view: string, request: Credentials, error?: string): string {
    const endpoint = endpointUrl(request)
    // Below the base path, because a reverse proxy may pass on only the paths below it.
    const base = endpoint.slice(0, -path.length)
    const required = scopesOf(view).join(' ')
    const parameters = [
      error === undefined ? [] : [`error="${error}"`],
      [`resource_metadata="${base}${metadataPath}${path}${suffix(view)}"`],
      required === '' ? [] : [`scope="${required}"`],
    ]
    return `Bearer ${parameters.flat().join(', ')}`
  }

  return {
    scopesOf,
    check(principal, view, request) {
      const error = missingScopes(principal, scopesOf(view))
      return error && withChallenge(error, challengeHeader(view, request, 'insufficient_scope'))
    },
    challenge(thrown, view, request) {
      const error = thrown === undefined ? unauthenticated(request) : McpError.from(thrown)
      if (error.code !== 'unauthenticated') return errorResponse(error)
      const reason = hasBearerToken(request) ? 'invalid_token' : undefined
      return withChallenge(error, challengeHeader(view, request, reason))
    },
    metadata(requestPath, request) {
      const view = viewOf(requestPath, path, basePath)
      if (view === undefined) return undefined
      const supported = scopesOf(view)
      return jsonResponse(200, {
        resource: `${endpointUrl(request)}${suffix(view)}`,
        authorization_servers: [issuer],
        ...(supported.length > 0 && { scopes_supported: supported }),
        bearer_methods_supported: ['header'],
      })
    },
  }
}

const suffix = (view: string): string => (view === '' ? '' : `/${view}`)

function withChallenge(error: McpError, challenge: string): TextResponse {
  const { status, headers, body } = errorResponse(error)
  return { status, headers: { ...headers, 'www-authenticate': challenge }, body }
}

/**
 * Returns the view whose metadata a path names. The base path of the endpoint may be before the
 * well-known path, after it, or removed by a proxy.
 */
function viewOf(requestPath: string, path: string, basePath: string): string | undefined {
  const [pathname = ''] = requestPath.split('?', 1)
  const local = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname
  if (!local.startsWith(metadataPath)) return undefined
  const named = local.slice(metadataPath.length)
  if (named === '') return ''
  const endpoint = named.startsWith(`${basePath}/`) ? named.slice(basePath.length) : named
  if (endpoint === path) return ''
  const view = endpoint.startsWith(`${path}/`) ? endpoint.slice(path.length + 1) : ''
  return /^[\w-]+$/.test(view) ? view : undefined
}
