import type { ApprovalRequest, Ask } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import type { ApprovalDecision } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol'

/** The decision of a user about a call. */
export interface Decision {
  readonly decision: ApprovalDecision
  /** `host`: limits the decision to the host that receives the data. */
  readonly scope?: 'host' | undefined
  /** Arguments that replace those of the model. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
}

/** A call that waits for a decision. */
export type PendingApproval = Omit<ApprovalRequest, 'operation' | 'problemOf'> & {
  readonly operation: string
}

/** The calls of one run that wait for a decision. */
export interface PendingApprovals {
  readonly ask: Ask
  list(): PendingApproval[]
  /**
   * @throws McpError `not-found` if no such call required approval, `conflict` if the call is decided or
   * expired, or `invalid-params` if the arguments are invalid or the scope does not apply. After
   * `invalid-params`, the call still waits.
   */
  decide(callId: string, decision: Decision): void
}

type Resolution = Awaited<ReturnType<Ask>>

interface Waiting {
  readonly request: ApprovalRequest
  readonly resolve: (resolution: Resolution) => void
}

/** Creates the approvals of one run. `onChange` is called when a call starts or stops waiting. */
export function createPendingApprovals(clock: Clock, onChange: () => void): PendingApprovals {
  const waiting = new Map<string, Waiting>()
  const ended = new Map<string, { readonly at: number; readonly how: string }>()

  function end(callId: string, how: string): void {
    waiting.delete(callId)
    ended.set(callId, { at: clock.now(), how })
    onChange()
  }

  return {
    ask: (request, { signal }) =>
      new Promise((resolve) => {
        const { callId } = request
        waiting.set(callId, { request, resolve })
        onChange()
        signal.addEventListener('abort', () => {
          if (!waiting.has(callId)) return
          end(callId, 'expired')
          resolve({ decision: 'deny', by: 'expired' })
        })
      }),
    list: () =>
      Array.from(waiting.values(), ({ request: { operation, problemOf: _problemOf, ...shown } }) =>
        Object.assign(shown, { operation: operation.operation }),
      ),
    decide(callId, { decision, scope, arguments: edited }) {
      const before = ended.get(callId)
      if (before !== undefined) throw alreadyEnded(callId, before)
      const found = waiting.get(callId)
      if (found === undefined) throw unknownCall(callId)
      const { request, resolve } = found
      const expiresAt = request.expiresAt ?? Infinity
      if (expiresAt <= clock.now()) throw alreadyEnded(callId, { at: expiresAt, how: 'expired' })
      const problem = edited === undefined ? undefined : request.problemOf(edited)
      if (problem !== undefined) {
        throw new McpError('invalid-params', problem, { details: { path: ['arguments'] } })
      }
      if (scope === 'host' && request.sendsTo === undefined) {
        throw new McpError('invalid-params', 'The call sends nothing to a host.', {
          details: { path: ['scope'] },
        })
      }
      end(callId, `decided: ${decision}`)
      const host = scope === 'host' ? { host: request.sendsTo } : {}
      resolve({ decision, by: 'user', ...host, ...(edited && { arguments: edited }) })
    },
  }
}

function unknownCall(callId: string): McpError {
  return new McpError('not-found', `No call "${callId.slice(0, 100)}" requires approval.`)
}

function alreadyEnded(
  callId: string,
  { at, how }: { readonly at: number; readonly how: string },
): McpError {
  const time = new Date(at).toISOString()
  const reason = how === 'expired' ? `expired at ${time}` : `was ${how} at ${time}`
  return new McpError('conflict', `The approval of call "${callId}" ${reason}.`, {
    details: { reason: how === 'expired' ? 'expired' : 'decided', at: time },
  })
}
