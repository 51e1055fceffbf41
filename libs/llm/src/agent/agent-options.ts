import type { Clock, ErrorBody, MaybePromise, ResponseEnvelope } from '@mcp/protocol'
import type {
  AgentEvent,
  ApprovalDecision,
  CallSummary,
  ModelUsage,
  RunEndReason,
} from '@mcp/protocol/agent'

import type { ModelMessage, ModelProvider, ModelToolCall } from '../providers/model-provider.ts'
import type { Approvals } from './approvals/approval.ts'
import type { ResultStore } from './calls/results.ts'
import type { AgentRequest } from './tools/agent-tool.ts'
import type { ToolSelection } from './tools/tool-box.ts'
import type { CatalogueOperation } from './tools/tool-name.ts'

export interface AgentOptions {
  readonly provider: ModelProvider
  /** Name of the model. Default: chosen by the provider. */
  readonly model?: string | undefined
  /** The user's prompt, appended to `messages`. Absent if the run continues an earlier run. */
  readonly prompt?: string | undefined
  /** Text of the attachments, which follows the prompt. It is data for the model, not instructions. */
  readonly attached?: string | undefined
  /** The previous conversation. A call without a result gets an error as its result. Default: none. */
  readonly messages?: readonly ModelMessage[] | undefined
  /** Further instructions for the model. */
  readonly system?: string | undefined
  /** Available operations. The model is offered only operations with the audience `model`. */
  readonly catalogue: readonly CatalogueOperation[]
  /**
   * Returns the current catalogue. The run reads it before each call and after each decision, because an
   * operation can change during the run. Calls of a changed operation are checked and approved again. Default:
   * `catalogue`.
   */
  readonly readCatalogue?: ReadCatalogue | undefined
  readonly tools?: ToolSelection | undefined
  readonly call: CallOperation
  /** Default: calls that change something or send something to another machine are refused. */
  readonly approvals?: Approvals | undefined
  readonly limits?: AgentLimits | undefined
  /** Receives the events of the run. Pieces of text are gathered for at most 30 ms. */
  readonly onEvent?: ((event: AgentEvent) => void) | undefined
  /**
   * Receives each message that the run adds after the prompt, as soon as the message is complete, so that a run
   * can be continued after the process ended. The field `result` is absent if the content is longer than 8,192
   * characters.
   */
  readonly onMessage?: ((message: ModelMessage) => void) | undefined
  /** Keeps long results. Default: in memory, for this run. */
  readonly results?: ResultStore | undefined
  /**
   * Returns how to complete a call of an earlier run that has no result. Default: `unknown` for each
   * call.
   */
  readonly unfinished?: ((call: ModelToolCall) => UnfinishedCall) | undefined
  /** Aborting the signal ends the run with `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/**
 * `not-started`: the call is made now. `unknown`: the model receives an error, because the call may have
 * had effects. `resend`: the call was approved, and is sent again with these arguments and the same id.
 */
export type UnfinishedCall =
  | 'not-started'
  | 'unknown'
  | { readonly resend: Readonly<Record<string, unknown>> }

export type ReadCatalogue = (signal: AbortSignal) => MaybePromise<readonly CatalogueOperation[]>

/** Sends one request to the session. `callId` is unique in the run. */
export type CallOperation = (
  request: AgentRequest & { readonly callId: string },
  options: {
    readonly signal: AbortSignal
    readonly onProgress: (progress: CallProgress) => void
  },
) => MaybePromise<ResponseEnvelope>

export interface CallProgress {
  readonly progress: number
  readonly total?: number | undefined
  readonly message?: string | undefined
}

/** Limits of one run. If a limit ends the run, `stopReason` of the result names this limit. */
export interface AgentLimits {
  /** Maximum number of responses with tool calls. One response without calls may follow. Default: 10. */
  readonly steps?: number | undefined
  /** Maximum number of tool calls. Default: 25. */
  readonly calls?: number | undefined
  /**
   * Maximum number of input and output tokens. When a response reaches it, its calls are not made and no
   * further step starts. Default: 200,000.
   */
  readonly tokens?: number | undefined
  /** Maximum number of tools with definitions. Default: `maxTools` of the provider, or 40. */
  readonly tools?: number | undefined
  /** Maximum number of tokens of the definitions that are offered from the start. Default: 6,000. */
  readonly toolTokens?: number | undefined
  /** Maximum length of a tool result for the model, in characters. Default: 20,000. */
  readonly resultChars?: number | undefined
  /** Number of tokens of the conversation above which old parts are omitted. Default: 100,000. */
  readonly historyTokens?: number | undefined
}

/** One response of the model, with its tool calls. */
export interface AgentStep {
  readonly text: string
  readonly calls: readonly AgentCall[]
  readonly usage: ModelUsage
  /** True if the response is incomplete, because the provider failed or the run was cancelled. */
  readonly isCut?: true | undefined
}

/** One tool call that the model requested, and its outcome. */
export interface AgentCall {
  readonly callId: string
  readonly tool: string
  readonly server?: string | undefined
  readonly operation?: string | undefined
  readonly arguments: unknown
  readonly outcome: CallSummary
  /**
   * Decision about a call that required approval. `deny` also if the run cannot request approval or no decision
   * came.
   */
  readonly decision?: ApprovalDecision | undefined
  readonly durationMs: number
}

/** Result of an agent run. */
export interface AgentResult {
  readonly response: string
  /** Id of the provider. */
  readonly provider: string
  /**
   * The model that generated the response. If the response was cut off, the requested model or, if none was
   * requested, the id of the provider.
   */
  readonly model: string
  /** Whether the response was generated without a language model. */
  readonly offline: boolean
  readonly steps: readonly AgentStep[]
  readonly usage: ModelUsage
  readonly stopReason: RunEndReason
  /** The error of the provider, if it cut off the response. */
  readonly error?: ErrorBody | undefined
  /** The complete conversation, which the next run can continue. */
  readonly messages: readonly ModelMessage[]
  /** Operations whose calls were refused because they require approval. */
  readonly refused: readonly { readonly server: string; readonly operation: string }[]
  /**
   * Complete names of the operations that were offered with definitions, in order. Empty if all tools fit in
   * the limits and were offered.
   */
  readonly offered: readonly string[]
}
