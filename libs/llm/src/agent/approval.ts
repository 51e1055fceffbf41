import type { MaybePromise } from '@mcp/protocol'

import type { AgentRequest } from './agent-tool.ts'
import type { CatalogueOperation } from './tool-name.ts'

/**
 * Decision of the user about a call. `once` allows only this call, `session` all calls of the tool in
 * this session, `always` all calls of the tool. `deny` denies the call.
 */
export type ApprovalDecision = 'once' | 'session' | 'always' | 'deny'

/** A call that requires approval. */
export interface ApprovalRequest {
  /** Name of the tool, such as `roots_delete`. */
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly request: AgentRequest
  readonly operation: CatalogueOperation
  /** Reasons why the call requires approval. */
  readonly reasons: readonly ApprovalReason[]
}

/** `destructive` and `open-world` are hints of the operation. `policy`: the standing decision is `once`. */
export type ApprovalReason = 'destructive' | 'open-world' | 'policy'

/** Requests approval from the user. The promise must settle when the signal is aborted. */
export type Approve = (
  request: ApprovalRequest,
  options: { readonly signal: AbortSignal },
) => MaybePromise<ApprovalDecision>

/**
 * Standing decisions by tool name. They apply to all calls of a tool; `once` requires approval of each
 * call, even of a harmless tool. A `Map` implements this interface. Create one object per session. To
 * keep `always` for later sessions, implement `set` so that it persists this decision.
 */
export interface Approvals {
  get(tool: string): ApprovalDecision | undefined
  set(tool: string, decision: ApprovalDecision): unknown
}

export interface ApprovalGate {
  readonly approve: Approve | undefined
  readonly approvals: Approvals
  readonly signal: AbortSignal
  /** Called before approval is requested. */
  readonly onRequired: () => void
}

export type ApprovalResult =
  | { readonly isApproved: true; readonly decision: ApprovalDecision | undefined }
  | { readonly isApproved: false; readonly message: string }

/** Requests approval of a call if required. Returns whether the call may be made. */
export async function approveCall(
  call: Omit<ApprovalRequest, 'reasons'>,
  { approve, approvals, signal, onRequired }: ApprovalGate,
): Promise<ApprovalResult> {
  const standing = approvals.get(call.tool)
  const reasons = approvalReasons(call.operation, standing)
  if (standing === 'deny') return refused(`${call.tool} is not allowed.`)
  if (reasons.length === 0) return { isApproved: true, decision: standing }
  if (approve === undefined) {
    return refused(`${call.tool} requires approval, which this run cannot request.`)
  }

  onRequired()
  const decision = await approve({ ...call, reasons }, { signal })
  if (decision === 'deny') return refused(`The user denied this call of ${call.tool}.`)
  if (decision !== 'once') approvals.set(call.tool, decision)
  return { isApproved: true, decision }
}

/** Whether a call of the operation requires approval. */
export function needsApproval(
  operation: CatalogueOperation,
  standing: ApprovalDecision | undefined,
): boolean {
  return approvalReasons(operation, standing).length > 0
}

function approvalReasons(
  { hints }: CatalogueOperation,
  standing: ApprovalDecision | undefined,
): ApprovalReason[] {
  if (standing === 'session' || standing === 'always') return []
  return [
    ...(hints.destructive ? (['destructive'] as const) : []),
    ...(hints.openWorld ? (['open-world'] as const) : []),
    ...(standing === 'once' ? (['policy'] as const) : []),
  ]
}

const refused = (message: string): ApprovalResult => ({ isApproved: false, message })
