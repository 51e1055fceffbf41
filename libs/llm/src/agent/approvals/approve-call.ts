import type { Clock } from '@mcp/protocol'
import type { ApprovalDecision } from '@mcp/protocol/agent'

import type { AgentEvents } from '../event-gate.ts'
import type { AgentRequest, AgentTool } from '../tools/agent-tool.ts'
import { argumentProblem, toAgentRequest } from '../tools/agent-tool.ts'
import { serverOf } from '../tools/tool-name.ts'
import type { ApprovalResponse, ApprovalRequest, Approvals } from './approval.ts'
import type { CurrentTool, FindCurrentTool } from './current-tools.ts'
import type { Verdict } from './approval-rules.ts'
import { judge } from './approval-rules.ts'
import { destinationsOf } from './destinations.ts'
import type { Grant } from './grant.ts'
import { createGrant } from './grant.ts'
import { operationName } from './operation-pattern.ts'
import { requestDecision } from './request-decision.ts'

/** Approval of the calls of one run. */
export interface ApprovalGate {
  /** Whether a call would be made without approval. */
  isFree(tool: AgentTool, request: AgentRequest): Promise<boolean>
  /** Returns the request to send, or the reason why the call is refused. */
  approve(call: CallToApprove): Promise<ApprovalResult>
  /** Records that the run has read text from outside. */
  recordRead(label: string): void
}

export interface CallToApprove {
  readonly callId: string
  readonly tool: AgentTool
  readonly arguments: Readonly<Record<string, unknown>>
}

export type ApprovalResult =
  | {
      readonly isApproved: true
      readonly request: AgentRequest
      readonly decision?: ApprovalDecision | undefined
      /** Arguments of the user in place of those of the model. */
      readonly edited?: Readonly<Record<string, unknown>> | undefined
    }
  | { readonly isApproved: false; readonly message: string; readonly isInvalid?: true }

export interface ApprovalGateOptions {
  readonly approvals: Approvals | undefined
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly events: AgentEvents
  readonly findCurrent: FindCurrentTool
}

/** Creates the gate of a run. The gate enforces the approvals when a call is made. */
export function createApprovalGate(options: ApprovalGateOptions): ApprovalGate {
  const { approvals, signal, clock, events, findCurrent } = options
  const policy = approvals?.policy ?? 'changes-or-leaves'
  const readFrom = new Set(approvals?.readFrom)
  /** Grants of this run, if the caller stores none. */
  const made: Grant[] = []

  function verdictOf(
    { tool: { operation }, changes }: CurrentTool,
    hosts: readonly string[],
  ): Promise<Verdict> {
    const grants = [...(approvals?.grants ?? []), ...made]
    const allow = approvals?.allow
    return judge(operation, { policy, grants, allow, readFrom: [...readFrom], hosts, changes })
  }

  async function keepGrant(
    { operation }: AgentTool,
    request: AgentRequest,
    { decision, host }: ApprovalResponse,
  ): Promise<void> {
    if (decision !== 'conversation' && decision !== 'always') return
    const hosts = destinationsOf(request)
    // The user saw only the hosts of the call, so a grant for another host is not kept.
    if (host !== undefined && (hosts.length !== 1 || hosts[0] !== host)) return
    const grant = await createGrant(operation, { scope: decision, host })
    if (approvals?.onGrant === undefined) made.push(grant)
    else approvals.onGrant(grant)
  }

  return {
    async isFree(tool, request) {
      const { reasons } = await verdictOf({ tool }, destinationsOf(request))
      return reasons.length === 0
    },
    async approve({ callId, tool: offered, arguments: args }) {
      const current = await findCurrent(offered)
      if (current === undefined) return refuse(`${offered.name} is no longer available.`)
      const { tool, changes } = current
      const outdated = changes === undefined ? undefined : argumentProblem(tool, args)
      if (outdated !== undefined) return refuse(outdated)
      const request = toAgentRequest(tool, args)
      const hosts = destinationsOf(request)
      const verdict = await verdictOf(current, hosts)
      if (verdict.reasons.length === 0) {
        if (verdict.isGranted) emitDecision(events, callId, { decision: 'once', by: 'standing' })
        return { isApproved: true, request }
      }
      const timeoutMs = approvals?.timeoutMs
      const details = {
        ...detailsOf(tool, verdict, hosts, readFrom),
        ...(timeoutMs === undefined ? {} : { expiresAt: clock.now() + timeoutMs }),
      }
      events.emit({ type: 'approval-required', callId, ...details })
      const ask = approvals?.ask
      if (ask === undefined) {
        emitDecision(events, callId, { decision: 'deny', by: 'policy' })
        return { isApproved: false, message: withoutAsk(tool, verdict.reasons) }
      }
      const { name, operation } = tool
      const problemOf = (edited: unknown) => argumentProblem(tool, edited)
      const address = { callId, tool: name, server: serverOf(operation), operation }
      const response = await requestDecision(
        ask,
        { ...address, arguments: args, ...details, problemOf },
        { timeoutMs, signal, clock },
      )
      emitDecision(events, callId, response)
      const after = await findCurrent(tool)
      if (after === undefined || after.changes !== undefined) {
        return refuse(`${name} has changed since its approval was requested. Call it again.`)
      }
      return applyDecision(tool, request, response)
    },
    recordRead(label) {
      readFrom.add(label)
    },
  }

  async function applyDecision(
    tool: AgentTool,
    request: AgentRequest,
    response: ApprovalResponse,
  ): Promise<ApprovalResult> {
    const { decision } = response
    if (decision === 'deny') return { isApproved: false, message: denial(tool, response) }
    if (response.arguments === undefined) {
      await keepGrant(tool, request, response)
      return { isApproved: true, request, decision }
    }
    // A copy, so that the arguments cannot change between the check and the call.
    const edited = structuredClone(response.arguments)
    const problem = argumentProblem(tool, edited)
    if (problem !== undefined) return refuse(problem)
    const editedRequest = toAgentRequest(tool, edited)
    await keepGrant(tool, editedRequest, response)
    return { isApproved: true, request: editedRequest, decision, edited }
  }
}

/** Emits the event of a decision. */
function emitDecision(
  events: AgentEvents,
  callId: string,
  {
    decision,
    by,
    arguments: args,
  }: Pick<ApprovalResponse, 'decision' | 'arguments'> & {
    readonly by: 'user' | 'expired' | 'standing' | 'policy'
  },
): void {
  const edited = args === undefined ? {} : { arguments: args }
  events.emit({ type: 'approval-decided', callId, decision, by, ...edited })
}

/** Refuses an invalid call. Its result is the error `invalid-params`, and the call does not count as denied. */
function refuse(message: string): ApprovalResult {
  return { isApproved: false, message, isInvalid: true }
}

/** Returns the details of a call that the user sees in addition to the arguments. */
function detailsOf(
  { operation }: AgentTool,
  { reasons, changes }: Verdict,
  hosts: readonly string[],
  readFrom: ReadonlySet<string>,
): Pick<ApprovalRequest, 'reasons' | 'changes' | 'readFrom' | 'sendsTo'> {
  const isSent = operation.hints.openWorld && hosts.length > 0
  return {
    reasons,
    ...(changes === undefined ? {} : { changes }),
    ...(reasons.includes('read-from-outside') ? { readFrom: [...readFrom] } : {}),
    ...(isSent ? { sendsTo: hosts.join(', ') } : {}),
  }
}

function withoutAsk({ name, operation }: AgentTool, reasons: Verdict['reasons']): string {
  const problem = `${name} requires approval, which this run cannot request.`
  if (reasons.includes('read-from-outside')) {
    return `${problem} It sends data away after the run has read text from outside.`
  }
  return `${problem} "allow": ["${operationName(operation)}"] allows it.`
}

function denial({ name }: AgentTool, { by }: ApprovalResponse): string {
  return by === 'expired'
    ? `No decision about this call of ${name} came in time, so it was not made.`
    : `The user denied this call of ${name}.`
}
