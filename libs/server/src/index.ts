export { checkMatch } from './check-match.ts'
export { createServer } from './create-server.ts'
export type { LocalServer, ServerDefinition, UpdatableServer } from './create-server.ts'
export { defineServer } from './define-server.ts'
export type { DefineServerOptions, Handlers } from './define-server.ts'
export { defineTool, toolOperation } from './define-tool.ts'
export type { ToolOperationDefinition } from './define-tool.ts'
export { invalidParam } from './invalid-param.ts'
export type { InvalidParamOptions, ParamPath } from './invalid-param.ts'
export { notFound } from './not-found.ts'
export type { Handler, OperationGroup } from './operation-group.ts'
export { pageItems } from './page-items.ts'
export type { Page, PageRequest } from './page-items.ts'
export { readResult } from './read-result.ts'
export type { ErrorContext, ServerOptions } from './server-options.ts'
export { createSessionState } from './session-state.ts'
export type {
  SessionOfRequest,
  SessionState,
  SessionStateLifetime,
  SessionStateOptions,
} from './session-state.ts'
