export { runAgent } from './agent/run-agent.ts'
export type { AgentLimits, AgentOptions } from './agent/run-agent.ts'
export type {
  AgentCall,
  AgentEvent,
  AgentResult,
  AgentStep,
  AgentStopReason,
  CallOutcome,
} from './agent/agent-event.ts'
export type { AgentRequest } from './agent/agent-tool.ts'
export type {
  ApprovalDecision,
  ApprovalReason,
  ApprovalRequest,
  Approvals,
  Approve,
} from './agent/approval.ts'
export type { CallOperation } from './agent/make-call.ts'
export { toolName } from './agent/tool-name.ts'
export type { CatalogueOperation } from './agent/tool-name.ts'
export type {
  LlmResponse,
  LlmAssistantMessage,
  LlmCallOptions,
  LlmMessage,
  LlmModel,
  LlmProvider,
  LlmRequest,
  LlmStopReason,
  LlmStreamEvent,
  LlmTool,
  LlmToolCall,
  LlmToolChoice,
  LlmToolExample,
  LlmToolMessage,
  LlmUsage,
  LlmUserMessage,
} from './llm-provider.ts'
export { createOpenAiCompatibleProvider } from './openai-compatible/openai-compatible-provider.ts'
export type { OpenAiCompatibleOptions } from './openai-compatible/openai-compatible-provider.ts'
export { createOfflinePlanner } from './offline-planner/offline-planner.ts'
export { plannerLabel } from './offline-planner/planner-answer.ts'
export { createLlm } from './create-llm.ts'
export type { ChosenLlm, LlmOptions } from './create-llm.ts'
