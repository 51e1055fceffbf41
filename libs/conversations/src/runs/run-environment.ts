import type {
  AgentLimits,
  AgentOptions,
  ApprovalPolicy,
  CallProgress,
  CatalogueOperation,
  ModelProvider,
} from '@mcp/llm'
import type { InteractionResponse, ResponseEnvelope } from '@mcp/protocol'
import type { AttachmentSummary } from '@mcp/protocol/agent'

/** Provider, catalogue and session of a run. */
export interface RunEnvironment {
  readonly provider: ModelProvider
  /** Name of the model for the provider. Default: the model of the run or the conversation. */
  readonly model?: string | undefined
  readonly catalogue: readonly CatalogueOperation[]
  /** Returns the current catalogue, which can change during the run. Default: `catalogue`. */
  readonly readCatalogue?: AgentOptions['readCatalogue']
  readonly session: RunSession
  /** Further instructions for the model, such as the date. */
  readonly system?: string | undefined
  /** Text of the attachments, which follows the prompt. */
  readonly attached?: string | undefined
  readonly attachments?: readonly AttachmentSummary[] | undefined
}

/** The session that runs the calls. */
export interface RunSession {
  readonly id: string
  request(
    type: string,
    payload: Readonly<Record<string, unknown>>,
    options: RunRequestOptions,
  ): Promise<ResponseEnvelope>
  /** Reports the interactions of the session until the signal is aborted. */
  watchInteractions?(watcher: InteractionWatcher, signal: AbortSignal): void
  respond?(interactionId: string, response: InteractionResponse): Promise<void>
  /** Adds a call of a language model to the activity of the session. Never rejects. */
  modelCalled?(call: ModelCallReport): Promise<void>
}

/** A call of a language model that has ended. */
export interface ModelCallReport {
  readonly id: string
  /** Id of the provider. */
  readonly provider: string
  readonly model: string
  /** `success` or an error code. */
  readonly status: string
  readonly durationMs: number
  /** The response, or the error. */
  readonly content: unknown
}

export interface RunRequestOptions {
  /** Id of the request. The session runs requests with the same id only once. */
  readonly id: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: CallProgress) => void
}

/** An interaction that a server of the session has started. */
export interface SessionInteraction {
  readonly interactionId: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface InteractionWatcher {
  readonly onRequired: (interaction: SessionInteraction) => void
  readonly onResolved: (interactionId: string) => void
}

/** The run to prepare. */
export interface RunContext {
  readonly conversationId: string
  readonly prompt: string | undefined
  readonly model: string | undefined
  /** Session of the previous run. */
  readonly sessionId: string | undefined
  /** Reports that another session replaced the session of the run. */
  readonly onSession: (sessionId: string) => void
}

/** Prepares a run: opens the session, and reads the catalogue and the attachments. */
export type PrepareRun = (context: RunContext) => Promise<RunEnvironment>

/** Options of one run. */
export interface RunOptions {
  readonly model?: string | undefined
  readonly limits?: Pick<AgentLimits, 'steps' | 'calls' | 'tokens'> | undefined
  /** Operations that require no approval, such as `internet.fetch` and `roots.*`. */
  readonly allow?: readonly string[] | undefined
  /** Default: the policy of the conversation. */
  readonly policy?: ApprovalPolicy | undefined
  /** If false, calls that require approval are refused instead of waiting for a decision. Default: true. */
  readonly isInteractive?: boolean | undefined
}

/** The message of the user: a new message, or an earlier message again, which may be edited. */
export type RunInput =
  | { readonly prompt: string }
  | { readonly retry: string }
  | { readonly edit: string; readonly prompt: string }
