import type { ErrorBody } from '@mcp/protocol'

import type { ModelMessage, ModelUsage } from '../providers/model-provider.ts'
import type { AgentRequest } from './agent-tool.ts'
import type { ApprovalDecision } from './approval.ts'

/**
 * Progress of an agent run. A run consists of steps. Each step is one response of the model with the
 * calls that it requests.
 */
export type AgentEvent =
  | { readonly type: 'step-started'; readonly step: number }
  | { readonly type: 'text-delta'; readonly step: number; readonly text: string }
  | {
      readonly type: 'call-started'
      readonly step: number
      readonly id: string
      readonly tool: string
      readonly arguments: unknown
    }
  | {
      readonly type: 'approval-required'
      readonly step: number
      readonly id: string
      readonly tool: string
    }
  | { readonly type: 'call-finished'; readonly step: number; readonly call: AgentCall }
  | { readonly type: 'step-finished'; readonly step: number; readonly result: AgentStep }
  | { readonly type: 'run-finished'; readonly result: AgentResult }

/** One response of the model, with its tool calls. */
export interface AgentStep {
  readonly text: string
  readonly calls: readonly AgentCall[]
  readonly usage: ModelUsage
}

/** One tool call that the model requested, and its result. */
export interface AgentCall {
  readonly id: string
  readonly tool: string
  readonly arguments: unknown
  /** The request that was sent to the session. Absent if none was sent. */
  readonly request?: AgentRequest | undefined
  readonly outcome: CallOutcome
  /** Decision of the user, or the standing decision. `deny` if the run cannot request approval. */
  readonly decision?: ApprovalDecision | undefined
  readonly durationMs: number
}

export type CallOutcome =
  | {
      readonly status: 'success'
      readonly data: Readonly<Record<string, unknown>>
      /** Whether `data` contains text from outside the system. */
      readonly untrusted: boolean
    }
  | { readonly status: 'error'; readonly error: ErrorBody }

/** Result of an agent run. */
export interface AgentResult {
  readonly response: string
  /** Id of the provider. */
  readonly provider: string
  /** The model that generated the response. */
  readonly model: string
  /** Whether the response was generated without a language model. */
  readonly offline: boolean
  readonly steps: readonly AgentStep[]
  readonly usage: ModelUsage
  readonly stopReason: AgentStopReason
  /** The complete conversation, which the next run can continue. */
  readonly messages: readonly ModelMessage[]
}

/**
 * Reason for the end of a run. `answered`: the model finished. `repeated-call`: the model repeated
 * calls. `length` and `content-filter`: the provider ended the response. The others name a limit.
 */
export type AgentStopReason =
  | 'answered'
  | 'step-limit'
  | 'call-limit'
  | 'token-limit'
  | 'repeated-call'
  | 'length'
  | 'content-filter'
