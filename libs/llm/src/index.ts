export { runAgent } from './agent/run-agent.ts'
export type {
  AgentCall,
  AgentLimits,
  AgentOptions,
  AgentResult,
  AgentStep,
  CallOperation,
  CallProgress,
  UnfinishedCall,
} from './agent/agent-options.ts'
export type {
  ApprovalResponse,
  ApprovalPolicy,
  ApprovalRequest,
  Approvals,
  Ask,
} from './agent/approvals/approval.ts'
export type { DescribedOperation, Grant } from './agent/approvals/grant.ts'
export type { ResultStore } from './agent/calls/results.ts'
export type { AgentRequest } from './agent/tools/agent-tool.ts'
export type { ToolSelection } from './agent/tools/tool-box.ts'
export { splitUserMessage, userMessage } from './agent/user-message.ts'
export { propertiesOf, requiredOf } from './agent/tools/flat-schema.ts'
export { searchTools } from './agent/tools/search-tools.ts'
export { createToolSearch } from './agent/tools/tool-search.ts'
export { freeToolName, toolName } from './agent/tools/tool-name.ts'
export type { CatalogueOperation, ToolAddress } from './agent/tools/tool-name.ts'
export { splitArguments, toolParameters } from './agent/tools/tool-parameters.ts'
export type { ToolParameters } from './agent/tools/tool-parameters.ts'
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
export { readCallResults } from './providers/call-results.ts'
export type { CallResultOfProvider } from './providers/call-results.ts'
export { createOpenAiCompatibleProvider } from './providers/openai-compatible/openai-compatible-provider.ts'
export type { OpenAiCompatibleOptions } from './providers/openai-compatible/openai-compatible-provider.ts'
export { createLanguageModelProvider } from './providers/language-model/language-model-provider.ts'
export type { LanguageModelOptions } from './providers/language-model/language-model-provider.ts'
export { createProviders, describeProvider } from './providers/providers.ts'
export type {
  ChangeStored,
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
export { contentWords, isEmptyWord, wordForm } from './agent/tools/word-forms.ts'
