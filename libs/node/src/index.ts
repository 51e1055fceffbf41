export { dataFile } from './data-file.ts'
export { listen } from './listen.ts'
export type { CloseOptions, Listening, ListenOptions } from './listen.ts'
export { logFailures } from './log-failures.ts'
export { createLogger } from './logger.ts'
export type { LogFields, Logger, LoggerOptions } from './logger.ts'
export { networkOptions, networkSettings } from './network-settings.ts'
export type { NetworkSettings } from './network-settings.ts'
export { createNodeHandler } from './node-handler.ts'
export type { NodeHandler, NodeHandlerOptions } from './node-handler.ts'
export { describeEnvironment, readEnvironment } from './read-environment.ts'
export type {
  Environment,
  EnvironmentSchema,
  ReadEnvironmentOptions,
  VariableDescription,
} from './read-environment.ts'
export { runApp } from './run-app.ts'
export type { App, AppContext, RunningApp } from './run-app.ts'
export { databaseOptions, databaseSettings } from './settings/database.ts'
export { internetOptions, internetSettings } from './settings/internet.ts'
export { promptsSettings } from './settings/prompts.ts'
export { resourcesSettings } from './settings/resources.ts'
export { rootsSettings } from './settings/roots.ts'
export { samplingSettings } from './settings/sampling.ts'
export { settings } from './settings.ts'
export type { LogLevel, ServerUrls } from './settings.ts'
export { superviseProcesses } from './supervise-processes.ts'
export type { SupervisedProcess, SuperviseOptions, Supervision } from './supervise-processes.ts'
