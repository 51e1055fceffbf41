import type { RunCall } from '@mcp/client/runs'
import type { OperationHints } from '@mcp/protocol'
import type { ApprovalDecision, ApprovalReason } from '@mcp/protocol/agent'

type OpenApproval = NonNullable<RunCall['approval']>

/**
 * Returns why a call requires approval, one sentence for each reason. If the hints of the operation are
 * known, the sentence about changes also states that the operation may replace data.
 */
export function reasonsOf(
  { reasons, sendsTo, readFrom, changes }: OpenApproval,
  hints?: Pick<OperationHints, 'readOnly' | 'destructive'>,
): string[] {
  const host = sendsTo === undefined ? 'another machine' : sendsTo
  const sentences: Readonly<Record<ApprovalReason, string>> = {
    changes:
      hints?.destructive === true && !hints.readOnly
        ? 'It changes something, and may replace or delete what exists, such as a file.'
        : 'It changes something.',
    leaves: `It sends data to ${host}.`,
    policy: 'This conversation requires approval of every call.',
    changed: `The operation has changed since you allowed it${listed(changes)}.`,
    'read-from-outside': `The run has read text from outside${listed(readFrom)}. That text may have caused this call.`,
  }
  return reasons.map((reason) => sentences[reason])
}

function listed(items: readonly string[] | undefined): string {
  return items === undefined || items.length === 0 ? '' : `: ${items.join(', ')}`
}

/** A decision that the user can make. */
export interface DecisionChoice {
  readonly decision: ApprovalDecision
  readonly label: string
  readonly description: string
}

/** Returns the decisions about a call, the narrowest first. */
export function decisionsFor({ server, operation, tool }: RunCall): DecisionChoice[] {
  const name = operation === undefined ? tool : `${server}.${operation}`
  return [
    { decision: 'once', label: 'Allow once', description: 'Allows this call.' },
    {
      decision: 'conversation',
      label: 'Allow in this conversation',
      description: `Allows all calls of ${name} in this conversation.`,
    },
    {
      decision: 'always',
      label: 'Always allow',
      description: `Allows all calls of ${name} in your conversations.`,
    },
    { decision: 'deny', label: 'Deny', description: 'The model receives the refusal.' },
  ]
}
