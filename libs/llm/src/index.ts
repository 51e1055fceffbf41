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
export { propertiesOf, requiredOf } from './agent/flat-schema.ts'
export { searchTools } from './agent/search-tools.ts'
export { createToolSearch } from './agent/tool-search.ts'
export { freeToolName, toolName } from './agent/tool-name.ts'
export type { CatalogueOperation, ToolAddress } from './agent/tool-name.ts'
export { splitArguments, toolParameters } from './agent/tool-parameters.ts'
export type { ToolParameters } from './agent/tool-parameters.ts'
export type {
  ModelResponse,
  ModelAssistantMessage,
  ModelCallOptions,
  ModelDelta,
  ModelMessage,
  ModelInfo,
  ModelProvider,
  ModelRequest,
  ModelStopReason,
  ModelStreamEvent,
  ModelTool,
  ModelToolCall,
  ModelToolChoice,
  ModelToolExample,
  ModelToolMessage,
  ModelUsage,
  ModelUserMessage,
} from './providers/model-provider.ts'
export { createOpenAiCompatibleProvider } from './providers/openai-compatible/openai-compatible-provider.ts'
export type { OpenAiCompatibleOptions } from './providers/openai-compatible/openai-compatible-provider.ts'
export { createLanguageModelProvider } from './providers/language-model/language-model-provider.ts'
export type { LanguageModelOptions } from './providers/language-model/language-model-provider.ts'
export { createProviders, describeProvider } from './providers/providers.ts'
export type {
  ChosenProvider,
  ProviderChange,
  Providers,
  ProvidersOptions,
  ProviderState,
  StoredProviders,
} from './providers/providers.ts'
export { discoverProviders } from './providers/discover-providers.ts'
export type { DiscoveredProvider } from './providers/discover-providers.ts'
export type { ModelSettings } from './providers/environment-provider.ts'
export { providerNames } from './providers/provider-kinds.ts'
export type { ProviderSettings } from './providers/provider-kinds.ts'
export { contentWords, isEmptyWord, wordForm } from './agent/word-forms.ts'
