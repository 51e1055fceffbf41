import type { MaybePromise } from '@mcp/protocol'

import type { AgentRequest } from './agent-tool.ts'
import type { CatalogueOperation } from './tool-name.ts'

/** A person's word: for this call, for this tool in this session, for this tool always, or no. */
export type ApprovalDecision = 'once' | 'session' | 'always' | 'deny'

/** What a person is asked before a call. */
export interface ApprovalRequest {
  /** The tool's name, such as `roots_delete`. */
  readonly tool: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly request: AgentRequest
  readonly operation: CatalogueOperation
  /** Why somebody is asked. */
  readonly reasons: readonly ApprovalReason[]
}

/** `policy`: the tool's own standing decision says to ask each time. */
export type ApprovalReason = 'destructive' | 'open-world' | 'policy'

/** Asks a person. Must settle when the signal is aborted. */
export type Approve = (
  request: ApprovalRequest,
  options: { readonly signal: AbortSignal },
) => MaybePromise<ApprovalDecision>

/**
 * Standing decisions by tool name; a `Map` is one. `once` means: ask each time, even where the tool
 * does no harm. Keep one per session, and save what becomes `always`.
 */
export interface Approvals {
  get(tool: string): ApprovalDecision | undefined
  set(tool: string, decision: ApprovalDecision): unknown
}

export interface ApprovalGate {
  readonly approve: Approve | undefined
  readonly approvals: Approvals
  readonly signal: AbortSignal
  /** Told before somebody is asked. */
  readonly onRequired: () => void
}

export type ApprovalOutcome =
  | { readonly isApproved: true; readonly decision: ApprovalDecision | undefined }
  | { readonly isApproved: false; readonly message: string }

/** Whether a call may be made, after asking where that is called for. */
export async function approveCall(
  call: Omit<ApprovalRequest, 'reasons'>,
  { approve, approvals, signal, onRequired }: ApprovalGate,
): Promise<ApprovalOutcome> {
  const standing = approvals.get(call.tool)
  const reasons = reasonsToAsk(call.operation, standing)
  if (standing === 'deny') return refused(`${call.tool} is not allowed here.`)
  if (reasons.length === 0) return { isApproved: true, decision: standing }
  if (approve === undefined) {
    return refused(`${call.tool} needs a person's approval, and nobody can be asked here.`)
  }

  onRequired()
  const decision = await approve({ ...call, reasons }, { signal })
  if (decision === 'deny') return refused(`A person refused this call of ${call.tool}.`)
  if (decision !== 'once') approvals.set(call.tool, decision)
  return { isApproved: true, decision }
}

/** Whether somebody is asked before a call of this operation. */
export function needsApproval(
  operation: CatalogueOperation,
  standing: ApprovalDecision | undefined,
): boolean {
  return reasonsToAsk(operation, standing).length > 0
}

function reasonsToAsk(
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

const refused = (message: string): ApprovalOutcome => ({ isApproved: false, message })
