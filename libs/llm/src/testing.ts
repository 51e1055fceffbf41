export { countTokens } from './agent/tools/count-tokens.ts'
export {
  chunk,
  closeCompletionsServers,
  completion,
  cutStreamOf,
  json,
  startCompletionsServer,
  streamOf,
} from './fixtures/completions-server.ts'
export type { CompletionsServer, ReceivedRequest, Respond } from './fixtures/completions-server.ts'
export {
  neverResponds,
  scriptedProvider,
  scriptedResponse,
  toolCall,
} from './fixtures/scripted-provider.ts'
export type { ScriptedProvider, ScriptedTurn } from './fixtures/scripted-provider.ts'
export { catalogue, createSession } from './fixtures/test-catalogue.ts'
