import type { RequestHead } from '@mcp/http'
import { McpError } from '@mcp/protocol'

/** The facts about a request that decide whether it may change servers. */
export interface OperatorRequest {
  readonly request: Pick<RequestHead, 'header' | 'peer'>
  /** Id of the caller. Undefined without authentication. */
  readonly owner: string | undefined
  readonly isAuthenticated: boolean
}

/**
 * Whether a caller is an operator or, without authentication, a program on this machine. A request of a web
 * page that is open on this machine is refused, because any website can send requests to `localhost`.
 */
export function isOperator(
  { request, owner, isAuthenticated }: OperatorRequest,
  operators: ReadonlySet<string>,
): boolean {
  if (isAuthenticated) return owner !== undefined && operators.has(owner)
  // The first two headers show that a proxy on this machine forwards a request of another machine. A web page
  // sends `origin`.
  const isForeign = ['x-forwarded-for', 'forwarded', 'origin'].some(
    (name) => request.header(name) !== undefined,
  )
  return request.peer.isLoopback === true && !isForeign
}

/** @throws McpError `forbidden` for a caller that is not an operator. */
export function admitOperator(request: OperatorRequest, operators: ReadonlySet<string>): void {
  if (isOperator(request, operators)) return
  throw new McpError(
    'forbidden',
    request.isAuthenticated
      ? 'Only operators may change servers. Add the name of the caller to MCP_OPERATORS.'
      : 'Without MCP_TOKENS, only programs on the machine of the session manager may change servers.',
    { details: { reason: 'policy' } },
  )
}
