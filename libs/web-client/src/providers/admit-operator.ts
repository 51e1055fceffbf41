import { McpError } from '@mcp/protocol'

import type { CallerIdentity } from '../sessions/owner.ts'

/** The parts of a request that decide whether it may change settings. */
export interface OperatorRequest {
  readonly request: Request
  /** Identity of the caller. Undefined if callers are not authenticated. */
  readonly identity: CallerIdentity | undefined
  readonly isLoopback: boolean | undefined
}

/**
 * Admits operators, or callers on this machine if callers are not authenticated. A web page must have the
 * origin of the web client.
 *
 * @throws McpError `forbidden`
 */
export function admitOperator(
  { request, identity, isLoopback }: OperatorRequest,
  operators: ReadonlySet<string>,
  settings = 'language models',
): void {
  refuseForeignPage(request, settings)
  if (identity !== undefined) {
    if (operators.has(identity.id)) return
    throw new McpError('forbidden', `Only operators may configure ${settings}.`)
  }
  // A proxy on this machine forwards requests of other machines.
  const isForwarded = ['x-forwarded-for', 'forwarded'].some((name) => request.headers.has(name))
  if (isLoopback === true && !isForwarded) return
  throw new McpError(
    'forbidden',
    `Only an authenticated operator may configure ${settings} from another machine than that of the web client.`,
  )
}

function refuseForeignPage({ headers, url }: Request, settings: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site') ?? 'none'
  const host = headers.get('host') ?? new URL(url).host
  const isOwn = origin === null || URL.parse(origin)?.host === host
  if (isOwn && (site === 'same-origin' || site === 'none')) return
  throw new McpError('forbidden', `Only the page of the web client may configure ${settings}.`)
}
