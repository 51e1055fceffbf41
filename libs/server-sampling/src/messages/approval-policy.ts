import type { MessageRequest } from './message-request.ts'

/** The stages that require approval: none, requests, responses, or both. */
export type ApprovalPolicy = NonNullable<MessageRequest['approval']>

type WithApproval = Pick<MessageRequest, 'approval'>

/** Whether a request requires approval before the model receives it. */
export const approvesRequest = ({ approval }: WithApproval): boolean =>
  approval === 'request' || approval === 'both'

/** Whether a response requires approval before the caller receives it. */
export const approvesResponse = ({ approval }: WithApproval): boolean =>
  approval === 'response' || approval === 'both'

/**
 * Returns the union of two policies. A caller can thus add a stage to the policy of the operator, but
 * cannot remove one.
 */
export function combinePolicies(
  operator: ApprovalPolicy,
  caller: ApprovalPolicy = 'never',
): ApprovalPolicy {
  const policies = [{ approval: operator }, { approval: caller }]
  const before = policies.some(approvesRequest)
  const after = policies.some(approvesResponse)
  if (before && after) return 'both'
  if (before) return 'request'
  return after ? 'response' : 'never'
}
