import type { RequestContext, RequestEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { Rule } from '../rules/rule.ts'
import type { PolicySubject } from '../rules/subject.ts'
import { nameOf } from '../rules/subject.ts'
import { approvalDenied } from './denial.ts'

const maxShownArguments = 500

/**
 * Requests the approval of a request from the user of a caller, and resolves with `approved`.
 *
 * @throws McpError `forbidden` with the reason `approval-denied` if the user does not approve or the request
 * for approval expires, or any other error of `ask`.
 */
export async function requestApproval(
  subject: PolicySubject,
  rule: Rule,
  { ask }: RequestContext,
  { payload }: RequestEnvelope,
): Promise<'approved'> {
  if (ask === undefined) {
    throw approvalDenied(subject, rule, 'this caller cannot receive interactions')
  }
  const { operation: _operation, ...args } = payload
  const shown = JSON.stringify(args).slice(0, maxShownArguments)
  try {
    const { action } = await ask({
      kind: 'approval',
      message: `The policy rule "${rule.name}" requires your approval for ${nameOf(subject)}: ${shown}`,
    })
    if (action === 'accept') return 'approved'
    throw approvalDenied(subject, rule, `the user chose "${action}"`)
  } catch (thrown) {
    if (!McpError.is(thrown)) throw thrown
    // A timeout has the reason `approval-denied`, too, but does not name the rule.
    const isTimeout = thrown.code === 'forbidden' && thrown.details?.['rule'] === undefined
    throw isTimeout ? approvalDenied(subject, rule, 'it timed out') : thrown
  }
}
