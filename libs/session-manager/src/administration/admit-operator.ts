import type { RequestHead } from '@mcp/http'
import { McpError } from '@mcp/protocol'

/** The facts about a request that decide whether it may change servers. */
export interface OperatorRequest {
  readonly request: Pick<RequestHead, 'header' | 'peer'>
  /** Id of the caller. Undefined without authentication. */
  readonly owner: string | undefined
  readonly isAuthenticated: boolean
}

/** Whether a caller may see what is only for operators. */
export function isOperator(request: OperatorRequest, operators: ReadonlySet<string>): boolean {
  try {
    admitOperator(request, operators)
    return true
  } catch {
    return false
  }
}

/**
 * Admits operators or, without authentication, programs on this machine. A web page on this machine is
 * not admitted, because any website can send requests to `localhost`.
 *
 * @throws McpError `forbidden`
 */
export function admitOperator(
  { request, owner, isAuthenticated }: OperatorRequest,
  operators: ReadonlySet<string>,
): void {
  if (isAuthenticated) {
    if (owner !== undefined && operators.has(owner)) return
    throw new McpError(
      'forbidden',
      'Only operators may change servers. Add the name of the caller to MCP_OPERATORS.',
      { details: { reason: 'policy' } },
    )
  }
  // A proxy on this machine forwards requests of other machines.
  const isForeign = ['x-forwarded-for', 'forwarded', 'origin'].some(
    (name) => request.header(name) !== undefined,
  )
  if (request.peer.isLoopback === true && !isForeign) return
  throw new McpError(
    'forbidden',
    'Without MCP_TOKENS, only programs on the machine of the session manager may change servers.',
    { details: { reason: 'policy' } },
  )
}
