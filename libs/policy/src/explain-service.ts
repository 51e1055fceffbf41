import type { Peer, Principal, RawResponse, RawRoute, RequestHead, Service } from '@mcp/http'
import { callerAddress, errorResponse, handleFetch, jsonResponse } from '@mcp/http'
import type { MaybePromise, ServerDescription } from '@mcp/protocol'
import { isRecord, McpError, parseJson } from '@mcp/protocol'

import type { PolicySource } from './access/access.ts'
import { findSubject } from './rules/find-subject.ts'

export interface MountPolicyOptions {
  readonly policy: PolicySource
  /** Describes the servers, for the hints of operations. See `Dispatcher.descriptions`. */
  readonly dispatcher: { descriptions(): readonly ServerDescription[] }
  /** Ids of the authenticated callers that may read explanations. Default: none. */
  readonly operators?: readonly string[] | undefined
  /** Base path of the session manager. Request paths may include it or not. Default: none. */
  readonly basePath?: string | undefined
  /** Receives unexpected errors. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The part of a session manager that authenticates callers. */
interface Identifier {
  identify(head: RequestHead): MaybePromise<Principal | undefined>
}

const path = '/policy/explain'

/**
 * Returns a function for the option `mounts` of a session manager. It mounts `GET /policy/explain`, which
 * explains a decision of the policy to operators or, without authentication, to callers on this machine.
 *
 * @example
 * createSessionManager({ dispatcher, mounts: [mountPolicy({ policy, dispatcher })] })
 */
export function mountPolicy(options: MountPolicyOptions) {
  const { policy, dispatcher, basePath = '', onError = () => {} } = options
  const operators = new Set(options.operators)

  async function respond(requested: string): Promise<RawResponse> {
    const url = URL.parse(requested, 'http://localhost')
    if (url === null || !isExplain(url.pathname, basePath)) {
      throw new McpError('not-found', `No route. Use GET ${path}.`)
    }
    const query = readQuery(url.searchParams)
    const subject = findSubject(
      dispatcher.descriptions(),
      query.server,
      query.operation,
      query.args.target,
    )
    const { explainDecision } = await import('./rules/explain.ts')
    return jsonResponse(200, explainDecision(policy.current, query.caller, subject, query.args))
  }

  function fail(thrown: unknown): RawResponse {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(thrown)
    return errorResponse(error)
  }

  function route(manager: Identifier, method: string, requested: string): RawRoute {
    return async (head) => {
      try {
        admitOperator(await manager.identify(head), head, operators)
        if (method !== 'GET') throw new McpError('invalid-request', `Use GET ${path}.`)
        return await respond(requested)
      } catch (thrown) {
        return fail(thrown)
      }
    }
  }

  return (
    manager: Identifier,
  ): { readonly paths: readonly string[]; readonly service: Service } => ({
    paths: ['/policy'],
    service: {
      async fetch(request: Request, peer?: Peer) {
        const { pathname, search } = new URL(request.url)
        const explain = route(manager, request.method, pathname + search)
        return handleFetch(explain, request, peer)
      },
      close: async () => {},
    },
  })
}

/** @throws McpError `forbidden` if the caller is neither an operator nor anonymous on this machine. */
function admitOperator(
  principal: Principal | undefined,
  head: RequestHead,
  operators: ReadonlySet<string>,
): void {
  if (principal !== undefined) {
    if (operators.has(principal.id)) return
    throw new McpError('forbidden', 'Only operators may read explanations: see MCP_OPERATORS.', {
      details: { reason: 'policy' },
    })
  }
  if (head.peer.isLoopback === true && callerAddress(head.peer) === undefined) return
  throw new McpError('forbidden', 'Explanations can be read only on this machine.', {
    details: { reason: 'policy' },
  })
}

const isExplain = (pathname: string, basePath: string): boolean =>
  pathname === path || pathname === `${basePath}${path}`

/**
 * Reads the caller, the operation and the arguments to explain.
 *
 * @throws McpError `invalid-params` if the server or the operation is missing, or the params are not an object.
 */
function readQuery(query: URLSearchParams) {
  const required = (name: string): string => {
    const value = query.get(name)
    if (value !== null && value !== '') return value
    throw new McpError(
      'invalid-params',
      `${name} is missing: use ${path}?principal=&server=&operation=`,
    )
  }
  const list = (name: string): string[] | undefined => {
    const values = query.getAll(name).flatMap((value) => value.split(','))
    return values.length === 0 ? undefined : values
  }
  const claims = {
    roles: list('role'),
    scopes: list('scope'),
    tenant: query.get('tenant') ?? undefined,
  }
  const principal = query.get('principal')
  const params = readParams(query.get('params'))
  const target = query.get('target') ?? undefined
  return {
    server: required('server'),
    operation: required('operation'),
    caller: {
      principal: principal === null || principal === '' ? undefined : principal,
      claims: Object.values(claims).some((value) => value !== undefined) ? claims : undefined,
      address: query.get('remote') === null ? undefined : 'another machine',
    },
    args: { target, params, isComplete: false },
  }
}

function readParams(text: string | null): Readonly<Record<string, unknown>> | undefined {
  if (text === null) return undefined
  const params = parseJson(text)
  if (isRecord(params)) return params
  throw new McpError('invalid-params', 'params must be a JSON object.')
}
