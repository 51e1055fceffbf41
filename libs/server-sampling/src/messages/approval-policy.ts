import type { MessageRequest } from './message-request.ts'

/** What a person approves: nothing, requests, answers, or both. */
export type ApprovalPolicy = NonNullable<MessageRequest['approval']>

type WithApproval = Pick<MessageRequest, 'approval'>

/** Whether a person approves the request before the model sees it. */
export const asksBefore = ({ approval }: WithApproval): boolean =>
  approval === 'request' || approval === 'both'

/** Whether a person approves the answer before its caller sees it. */
export const asksAfter = ({ approval }: WithApproval): boolean =>
  approval === 'response' || approval === 'both'

/** What both ask for: a caller may ask for more than the operator does, and never for less. */
export function strictest(
  operator: ApprovalPolicy,
  caller: ApprovalPolicy = 'never',
): ApprovalPolicy {
  const policies = [{ approval: operator }, { approval: caller }]
  const before = policies.some(asksBefore)
  const after = policies.some(asksAfter)
  if (before && after) return 'both'
  if (before) return 'request'
  return after ? 'response' : 'never'
}
