import type { ErrorBody } from '../errors/mcp-error.ts'

/**
 * One event of an agent run. The events of a run are numbered from 1; `seq` is the position to resume
 * after. No event repeats a fact of another event, so a view of the run can be computed from its events in
 * order.
 */
export interface RunEvent {
  readonly seq: number
  /** Time of the event, in milliseconds since the epoch. */
  readonly at: number
  readonly event: AgentEvent
}

/**
 * Progress of an agent run. A run consists of steps. Each step is one response of the model with the
 * calls that it requests.
 */
export type AgentEvent =
  | {
      readonly type: 'run-started'
      /** The user's prompt. Absent when the run continues an earlier one. */
      readonly prompt?: string | undefined
      /** Id of the user message, for `retry` and `edit`. */
      readonly messageId?: string | undefined
      readonly attachments?: readonly AttachmentSummary[] | undefined
      /** Id of the provider. */
      readonly provider: string
      readonly model?: string | undefined
    }
  | { readonly type: 'step-started'; readonly step: number }
  /** A piece of the response, gathered for at most 30 ms. */
  | { readonly type: 'text-delta'; readonly step: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly step: number; readonly text: string }
  /** A piece of the arguments of a call, as the model writes them. */
  | {
      readonly type: 'arguments-delta'
      readonly step: number
      readonly callId: string
      readonly tool: string
      readonly text: string
    }
  /**
   * A complete call. `server` and `operation` are absent for a tool of the agent itself and for an
   * unknown name.
   */
  | {
      readonly type: 'call-proposed'
      readonly step: number
      readonly callId: string
      readonly tool: string
      readonly server?: string | undefined
      readonly operation?: string | undefined
      readonly arguments: unknown
    }
  | {
      readonly type: 'approval-required'
      readonly callId: string
      readonly reasons: readonly ApprovalReason[]
      /** Time at which the request for approval ends as `deny`, in milliseconds since the epoch. */
      readonly expiresAt?: number | undefined
      /** The changes of the operation since a decision that allowed it. */
      readonly changes?: readonly string[] | undefined
      /** Labels of the text from outside that the run has read, such as `internet.fetch https://example.com`. */
      readonly readFrom?: readonly string[] | undefined
      /** The destination to which the call sends data, such as `example.com`. */
      readonly sendsTo?: string | undefined
    }
  | {
      readonly type: 'approval-decided'
      readonly callId: string
      readonly decision: ApprovalDecision
      /** `standing`: an earlier decision. `expired`: no decision came in time. */
      readonly by: 'user' | 'standing' | 'expired' | 'policy'
      /** Set if the user changed the arguments. */
      readonly arguments?: Readonly<Record<string, unknown>> | undefined
    }
  | { readonly type: 'call-started'; readonly callId: string }
  | {
      readonly type: 'call-progress'
      readonly callId: string
      readonly progress: number
      readonly total?: number | undefined
      readonly message?: string | undefined
    }
  | {
      readonly type: 'call-finished'
      readonly callId: string
      readonly durationMs: number
      readonly outcome: CallSummary
    }
  /** The provider failed before its first token. The step is tried again after `delayMs`. */
  | {
      readonly type: 'retry-scheduled'
      readonly step: number
      readonly attempt: number
      readonly delayMs: number
      readonly error: ErrorBody
    }
  /** The history was shortened for the model. The conversation itself keeps everything. */
  | {
      readonly type: 'history-compacted'
      readonly results: number
      readonly turns: number
    }
  | {
      readonly type: 'step-finished'
      readonly step: number
      readonly usage: ModelUsage
      /** Set if the response is incomplete, because the provider failed or the run was cancelled. */
      readonly isCut?: true | undefined
    }
  | {
      readonly type: 'run-finished'
      readonly reason: RunEndReason
      readonly usage: ModelUsage
      /** The model that responded last. */
      readonly model?: string | undefined
      /** Set if `reason` is `failed`, `interrupted` or `stopped`. */
      readonly error?: ErrorBody | undefined
      /** One sentence for the user in place of text. Set if the last response of the model has no text. */
      readonly note?: string | undefined
    }

/** Summary of an attachment of a prompt, as it was when the run read it. */
export interface AttachmentSummary {
  readonly kind: 'resource' | 'file' | 'prompt'
  readonly name: string
  readonly bytes: number
  /** Set if the attachment contains text from outside the system. */
  readonly untrusted?: true | undefined
}

/** Outcome of a call, as events contain it. A long result is shortened. */
export type CallSummary =
  | {
      readonly status: 'success'
      /** The result as text, at most 8 KiB. */
      readonly preview: string
      /** Size of the complete result, in bytes. Absent if `preview` is complete. */
      readonly bytes?: number | undefined
      /** Reference with which the complete result is read. Absent if `preview` is complete. */
      readonly ref?: string | undefined
      /** Whether the result contains text from outside the system. */
      readonly untrusted: boolean
    }
  | { readonly status: 'error'; readonly error: ErrorBody }

/**
 * Reason why a call requires approval. `changes` and `leaves`: the operation changes something, or sends
 * something to another machine. `policy`: the conversation requires approval of every call. `changed`: the
 * operation has changed since a decision allowed it. `read-from-outside`: the run has read text from outside.
 */
export type ApprovalReason = 'changes' | 'leaves' | 'policy' | 'changed' | 'read-from-outside'

/**
 * Decision about a call. `once` allows this call, `conversation` all calls of the operation in this
 * conversation, `always` all calls of the operation. `deny` denies this call.
 */
export type ApprovalDecision = 'once' | 'conversation' | 'always' | 'deny'

/**
 * Reason for the end of a run. `answered`: the model finished. `stopped`: the user stopped it.
 * `interrupted`: the process ended. `failed`: an error, such as one of the provider. `repeated-call`: the
 * model repeated calls. `length` and `content-filter`: the provider ended the response. The other
 * reasons name a limit, after which the run can be continued.
 */
export type RunEndReason =
  | 'answered'
  | 'stopped'
  | 'interrupted'
  | 'failed'
  | 'step-limit'
  | 'call-limit'
  | 'token-limit'
  | 'repeated-call'
  | 'length'
  | 'content-filter'

/** Numbers of tokens. `inputTokens` and `outputTokens` are 0 if the provider does not report them. */
export interface ModelUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Input tokens that the provider read from its cache. */
  readonly cachedTokens?: number | undefined
  /** Output tokens of the reasoning. */
  readonly reasoningTokens?: number | undefined
  /** Cost as stated by the provider, in US dollars. */
  readonly cost?: number | undefined
}
