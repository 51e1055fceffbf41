import type { Principal, RawResponse, RequestHead } from '@mcp/http'
import type { Authorization } from '@mcp/http/oauth'
import type { SessionMethods } from '@mcp/session-manager'

/** The decision whether a caller may use a view. A refusal has the response to send. */
export type Admission =
  | { readonly type: 'admitted'; readonly principal: Principal | undefined }
  | { readonly type: 'refused'; readonly response: RawResponse }

/**
 * Authenticates the caller of a view and checks its scopes.
 *
 * @throws McpError if the caller cannot be authenticated or exceeds its rate limit, and no OAuth is configured.
 */
export async function admitCaller(
  head: RequestHead,
  view: string,
  sessionManager: Pick<SessionMethods, 'identify'>,
  authorization: Authorization | undefined,
): Promise<Admission> {
  let principal
  try {
    principal = await sessionManager.identify(head)
  } catch (thrown) {
    if (authorization === undefined) throw thrown
    return { type: 'refused', response: authorization.challenge(thrown, view, head) }
  }
  const response = principal && authorization?.check(principal, view, head)
  if (response !== undefined) return { type: 'refused', response }
  return { type: 'admitted', principal }
}
