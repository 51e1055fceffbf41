import type { ErrorBody } from '@mcp/protocol'

import type { ModelMessage, ModelUsage } from '../providers/model-provider.ts'
import type { AgentRequest } from './agent-tool.ts'
import type { ApprovalDecision } from './approval.ts'

/** What happens while the agent works, as it happens. */
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

/** One turn of the model, with the calls it asked for. */
export interface AgentStep {
  readonly text: string
  readonly calls: readonly AgentCall[]
  readonly usage: ModelUsage
}

/** One tool call and what came of it. */
export interface AgentCall {
  readonly id: string
  readonly tool: string
  readonly arguments: unknown
  /** What was sent to the session; absent where the call did not get that far. */
  readonly request?: AgentRequest | undefined
  readonly outcome: CallOutcome
  /** What a person or a standing decision said, where one was needed. */
  readonly decision?: ApprovalDecision | undefined
  readonly durationMs: number
}

export type CallOutcome =
  | {
      readonly status: 'success'
      readonly data: Readonly<Record<string, unknown>>
      /** Whether it holds text from outside. */
      readonly untrusted: boolean
    }
  | { readonly status: 'error'; readonly error: ErrorBody }

/** What the agent answers. */
export interface AgentResult {
  readonly response: string
  /** The provider's id. */
  readonly provider: string
  /** The model that answered. */
  readonly model: string
  /** Whether no language model was behind it. */
  readonly offline: boolean
  readonly steps: readonly AgentStep[]
  readonly usage: ModelUsage
  readonly stopReason: AgentStopReason
  /** The whole conversation, for the next run to go on from. */
  readonly messages: readonly ModelMessage[]
}

/** Why the agent stopped; `answered` where the model was done. */
export type AgentStopReason =
  | 'answered'
  | 'step-limit'
  | 'call-limit'
  | 'token-limit'
  | 'repeated-call'
  | 'length'
  | 'content-filter'
