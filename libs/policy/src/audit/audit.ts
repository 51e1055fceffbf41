import type { McpErrorCode, RequestContext, RequestEnvelope } from '@mcp/protocol'

import type { Effect } from '../file/policy-schema.ts'

/** One entry of an audit log. */
export interface AuditRecord {
  /**
   * `started`: before a risky operation, if the log is required. `request`: after the end of a request, or its
   * denial.
   */
  readonly event: 'started' | 'request'
  readonly at: number
  readonly context: RequestContext
  readonly request: RequestEnvelope
  readonly server: string
  /** Name of the operation, such as `calculator.add`. */
  readonly operation: string
  readonly effect: Effect
  /** Name of the rule that decided, or undefined if no rule applied. */
  readonly rule: string | undefined
  /** The user's decision, if the rule requires an approval. */
  readonly approval?: string | undefined
  /** `success` or the code of the error. */
  readonly code?: 'success' | McpErrorCode | undefined
  readonly durationMs?: number | undefined
}

/** Callers that were refused because they have no valid credentials. */
export interface AuditRefusal {
  readonly at: number
  /** Network address, `local` for this machine, or `others` for several addresses. */
  readonly address: string
  readonly reason: 'missing-token' | 'invalid-token'
  /** Number of requests that were refused. */
  readonly count: number
}

/** An audit log. */
export interface Audit {
  /** If true, a risky operation runs only after its `started` record was written. */
  readonly isRequired: boolean
  /** Writes a record. Returns whether it was written. Never throws. */
  record(record: AuditRecord): boolean
  /** Writes refusals. Never throws. */
  refuse(refusal: AuditRefusal): void
  close(): void
}
