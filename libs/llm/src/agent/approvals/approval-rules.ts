import type { ApprovalReason } from '@mcp/protocol/agent'

import type { CatalogueOperation } from '../tools/tool-name.ts'
import type { ApprovalPolicy, Approvals } from './approval.ts'
import type { Grant } from './grant.ts'
import { changesSince, digestOf, isAbout } from './grant.ts'
import { isAllowedBy } from './operation-pattern.ts'

/** Result of the rules for one call. Without reasons, the call requires no approval. */
export interface Verdict {
  readonly reasons: readonly ApprovalReason[]
  readonly changes?: readonly string[] | undefined
  /** Whether `allow` or an earlier decision allows the call. */
  readonly isGranted: boolean
}

export interface RuleInput {
  readonly policy: ApprovalPolicy
  readonly grants: readonly Grant[]
  readonly allow: Approvals['allow']
  /** Labels of the text from outside that the run has read, such as web pages. */
  readonly readFrom: readonly string[]
  /** Hosts that the call names. */
  readonly hosts: readonly string[]
  /** Changes of the operation during the run. Earlier decisions of the run do not cover them. */
  readonly changes: readonly string[] | undefined
}

/** Applies the policy, the allowed operations and the grants to a call. */
export async function judge(operation: CatalogueOperation, input: RuleInput): Promise<Verdict> {
  const { policy, grants, allow = [], readFrom, hosts, changes } = input
  if (policy === 'never') return { reasons: [], isGranted: false }
  const { openWorld } = operation.hints
  // Text from outside can instruct the model to send data away. Therefore no earlier decision applies.
  const isExposed = openWorld && readFrom.length > 0
  const exposed: ApprovalReason[] = isExposed ? ['read-from-outside'] : []
  const reasons = policyReasons(operation, policy)
  // `allow` was chosen for the operations as they were at the start of the run. It does not cover an
  // operation that has changed since.
  if (changes === undefined && allow.some((pattern) => isAllowedBy(pattern, operation))) {
    return { reasons: exposed, isGranted: !isExposed }
  }

  const about = grants.filter((grant) => isAbout(grant, operation) && isForHosts(grant, hosts))
  const digest = about.length === 0 ? '' : await digestOf(operation)
  if (about.some((grant) => grant.digest === digest)) {
    return { reasons: exposed, isGranted: !isExposed && reasons.length > 0 }
  }
  const last = about.at(-1)
  const isChanged = last !== undefined || (changes !== undefined && reasons.length > 0)
  if (!isChanged) return { reasons: [...reasons, ...exposed], isGranted: false }
  return {
    reasons: [...reasons, 'changed', ...exposed],
    changes: last === undefined ? changes : changesSince(last, operation),
    isGranted: false,
  }
}

function policyReasons({ hints }: CatalogueOperation, policy: ApprovalPolicy): ApprovalReason[] {
  return [
    ...(hints.readOnly ? [] : (['changes'] as const)),
    ...(hints.openWorld && policy !== 'changes' ? (['leaves'] as const) : []),
    ...(policy === 'always' ? (['policy'] as const) : []),
  ]
}

/** Whether a grant covers a call that names these hosts. A grant for one host covers no other host. */
function isForHosts({ host }: Grant, hosts: readonly string[]): boolean {
  return host === undefined || (hosts.length === 1 && hosts[0] === host)
}
