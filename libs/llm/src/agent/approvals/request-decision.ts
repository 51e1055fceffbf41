import { abortable } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import type { ApprovalDecision } from '@mcp/protocol/agent'

import type { ApprovalRequest, ApprovalResponse, Ask } from './approval.ts'

const decisions: ReadonlySet<string> = new Set<ApprovalDecision>(['once', 'conversation', 'always'])
const denied: ApprovalResponse = { decision: 'deny', by: 'user' }
const expired: ApprovalResponse = { decision: 'deny', by: 'expired' }

export interface DecisionOptions {
  readonly timeoutMs: number | undefined
  readonly signal: AbortSignal
  readonly clock: Clock
}

/**
 * Requests a decision. A rejection, an expiry and an unknown decision count as `deny`. Rejects if the
 * signal is aborted.
 */
export async function requestDecision(
  ask: Ask,
  request: ApprovalRequest,
  { timeoutMs, signal, clock }: DecisionOptions,
): Promise<ApprovalResponse> {
  const ended = new AbortController()
  let cancel = (): void => {}
  const timeout = new Promise<ApprovalResponse>((resolve) => {
    if (timeoutMs !== undefined) cancel = clock.after(timeoutMs, () => resolve(expired))
  })
  const asked = AbortSignal.any([signal, ended.signal])
  const responding = Promise.resolve()
    .then(() => ask(request, { signal: asked }))
    .catch(() => denied)
  try {
    const response = await abortable(Promise.race([responding, timeout]), signal)
    if (response.by === 'expired') return expired
    return decisions.has(response.decision) ? response : denied
  } finally {
    cancel()
    ended.abort()
  }
}
