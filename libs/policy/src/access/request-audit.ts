import type {
  Clock,
  MaybePromise,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { Audit, AuditRecord } from '../audit/audit.ts'
import type { Decision } from '../rules/policy.ts'
import type { PolicySubject } from '../rules/subject.ts'

export interface AuditedRequest {
  readonly request: RequestEnvelope
  readonly context: RequestContext
  readonly server: string
  readonly subject: PolicySubject
  readonly decision: Decision
}

/** The audit of one request. */
export interface RequestAudit {
  /**
   * Records that a risky operation starts, if the audit log is required.
   *
   * @throws McpError `unavailable` if the record cannot be written.
   */
  start(approval: string | undefined): void
  /** Records the end of a request. */
  end(response: ResponseEnvelope, approval: string | undefined): void
  /** Runs a step, and records the error with which it refuses the request. */
  watch<Result>(step: () => MaybePromise<Result>): MaybePromise<Result>
}

/** Returns the function that creates the audit of a request. It returns undefined without an audit log. */
export function createRequestAudit(
  audit: Audit | undefined,
  clock: Clock,
): (audited: AuditedRequest) => RequestAudit | undefined {
  if (audit === undefined) return () => undefined
  return (audited) => auditRequest(audit, clock, audited)
}

function auditRequest(
  audit: Audit,
  clock: Clock,
  { request, context, server, subject, decision }: AuditedRequest,
): RequestAudit {
  const startedAt = clock.now()
  const { operation: name, target } = subject
  const operation = target === undefined ? name : `${target}.${name}`
  const { effect, rule } = decision
  const shared = { request, context, server, operation, effect, rule: rule?.name }
  const isRisky = !subject.hints.readOnly

  function end(code: AuditRecord['code'], approval: string | undefined): void {
    const at = clock.now()
    audit.record({ event: 'request', ...shared, at, code, durationMs: at - startedAt, approval })
  }

  function refused(thrown: unknown): never {
    const { code, details } = McpError.from(thrown)
    end(code, details?.['reason'] === 'approval-denied' ? 'denied' : undefined)
    throw thrown
  }

  return {
    start(approval) {
      if (!audit.isRequired || !isRisky) return
      if (audit.record({ event: 'started', ...shared, at: startedAt, approval })) return
      throw new McpError(
        'unavailable',
        'The audit log cannot be written, so only read-only operations run. Free its disk or correct MCP_AUDIT.',
        { details: { reason: 'audit' } },
      )
    },
    end: (response, approval) =>
      end(response.status === 'success' ? 'success' : response.error.code, approval),
    watch(step) {
      try {
        const result = step()
        return result instanceof Promise ? result.catch(refused) : result
      } catch (thrown) {
        return refused(thrown)
      }
    },
  }
}
