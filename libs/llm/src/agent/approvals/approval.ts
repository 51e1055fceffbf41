import type { ApprovalDecision, ApprovalReason } from '@mcp/protocol/agent'

import type { CatalogueOperation } from '../tools/tool-name.ts'
import type { Grant } from './grant.ts'

/**
 * Calls that require approval. `changes-or-leaves`: calls that change something or send something to another
 * machine. `changes`: calls that change something. `always`: all calls. With any of these, a call that sends
 * something to another machine also requires approval after the run has read text from outside. `never`: no
 * call, not even then. The REST API does not accept `never`.
 */
export type ApprovalPolicy = 'changes-or-leaves' | 'changes' | 'always' | 'never'

/** Rules for calls that require approval. */
export interface Approvals {
  readonly policy: ApprovalPolicy
  /** Earlier decisions. They are read for each call, so a new decision applies at once. */
  readonly grants: readonly Grant[]
  /**
   * Operations that require no approval in this run, such as `internet.fetch` and `roots.*`. Neither this nor
   * `grants` covers an operation that changed since, or a call that sends something to another machine after
   * the run has read text from outside.
   */
  readonly allow?: readonly string[] | undefined
  /** Requests a decision from the user. Default: calls that require approval are refused. */
  readonly ask?: Ask | undefined
  /** Time after which a request for approval ends as `deny`, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined
  /**
   * Receives each grant that a decision of this run creates. The caller then adds it to `grants`, and can
   * remove it during the run. Default: the run keeps these grants itself, until it ends.
   */
  readonly onGrant?: ((grant: Grant) => void) | undefined
  /** Labels of the text from outside that the conversation has read before this run, such as web pages. */
  readonly readFrom?: readonly string[] | undefined
}

/** Requests a decision. A rejection counts as `deny`. */
export type Ask = (
  request: ApprovalRequest,
  options: { readonly signal: AbortSignal },
) => Promise<ApprovalResponse>

/** Response to a request for approval. */
export interface ApprovalResponse {
  readonly decision: ApprovalDecision
  /** Limits the grant to calls that send to this host. */
  readonly host?: string | undefined
  /** Arguments that replace those of the model. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
  /** `expired` counts as `deny`. */
  readonly by: 'user' | 'expired'
}

/** A call that requires approval. */
export interface ApprovalRequest {
  readonly callId: string
  /** Name of the tool, such as `roots_delete`. */
  readonly tool: string
  /** Name of the server. */
  readonly server: string
  readonly operation: CatalogueOperation
  readonly arguments: Readonly<Record<string, unknown>>
  /** Reasons why the call requires approval. */
  readonly reasons: readonly ApprovalReason[]
  /** Changes of the operation since a decision allowed it, or since the start of the run. */
  readonly changes?: readonly string[] | undefined
  /** Labels of the text from outside that the run has read, such as web pages. */
  readonly readFrom?: readonly string[] | undefined
  /** Hosts that the call names, with commas between them. They can receive data from the call. */
  readonly sendsTo?: string | undefined
  /** Time at which the request ends as `deny`, in milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
  /** Checks edited arguments. Returns the problem, or undefined. */
  readonly problemOf: (args: unknown) => string | undefined
}
