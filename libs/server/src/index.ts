export { checkMatch } from './errors/check-match.ts'
export { createServer } from './create-server.ts'
export type { LocalServer, ServerDefinition, UpdatableServer } from './create-server.ts'
export { defineServer } from './define-server.ts'
export type { DefineServerOptions, Handlers } from './define-server.ts'
export { defineTool, toolOperation } from './operations/define-tool.ts'
export type { ToolOperationDefinition } from './operations/define-tool.ts'
export { createErrorReporter } from './errors/error-reporter.ts'
export type { ReportError } from './errors/error-reporter.ts'
export { invalidParam } from './errors/invalid-param.ts'
export type { InvalidParamOptions, ParamPath } from './errors/invalid-param.ts'
export { notFound } from './errors/not-found.ts'
export type { Handler, OperationGroup } from './operations/operation-group.ts'
export { pageItems } from './results/page-items.ts'
export type { Page, PageRequest } from './results/page-items.ts'
export { readResult } from './results/read-result.ts'
export type { ErrorContext, ServerOptions } from './server-options.ts'
export { createSessionState } from './calls/session-state.ts'
export type {
  SessionOfRequest,
  SessionState,
  SessionStateLifetime,
  SessionStateOptions,
} from './calls/session-state.ts'
