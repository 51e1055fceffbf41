export { listen, listenOnSocket } from './http/listen.ts'
export type { Listening, ListenOptions, SocketOptions } from './http/listen.ts'
export { logFailures } from './logging/log-failures.ts'
export { logBreaker } from './logging/log-breaker.ts'
export type { BreakerChange } from './logging/log-breaker.ts'
export { logProvider } from './logging/log-provider.ts'
export type { ProviderChange } from './logging/log-provider.ts'
export { logRequests } from './logging/log-requests.ts'
export type { EndedRequest } from './logging/log-requests.ts'
export { logHealth } from './logging/log-health.ts'
export { createLogger } from './logging/logger.ts'
export type { LogFields, Logger, LoggerOptions } from './logging/logger.ts'
export {
  accessOptions,
  accessSettings,
  serverNetworkOptions,
} from './environment/access-settings.ts'
export type { AccessOptions, AccessSettings } from './environment/access-settings.ts'
export { callerOptions, callerSettings } from './environment/caller-settings.ts'
export type { CallerOptions, CallerSettings } from './environment/caller-settings.ts'
export {
  isLocalOnly,
  networkOptions,
  networkSettings,
  rateLimitOptions,
} from './environment/network-settings.ts'
export type { NetworkSettings } from './environment/network-settings.ts'
export { createMetrics } from './metrics/create-metrics.ts'
export type { MetricsOptions, MetricsRegistry } from './metrics/create-metrics.ts'
export type { MetricsAccess } from './metrics/serve-metrics.ts'
export { createNodeHandler } from './http/create-node-handler.ts'
export type { NodeHandlerOptions } from './http/create-node-handler.ts'
export type { NodeHandler } from './http/node-handler.ts'
export { describeEnvironment, readEnvironment } from './environment/read-environment.ts'
export type {
  Environment,
  EnvironmentSchema,
  ReadEnvironmentOptions,
  VariableDescription,
} from './environment/read-environment.ts'
export { runApp } from './app/run-app.ts'
export type { App, AppContext, RunningApp } from './app/run-app.ts'
export { startParts } from './app/start-parts.ts'
export type { ClosableParts, StartedParts } from './app/start-parts.ts'
export { settings } from './environment/settings.ts'
export type { ServerUrls } from './environment/settings.ts'
export type { LogLevel } from './logging/log-level.ts'
export { superviseProcesses } from './app/supervise-processes.ts'
export type { SuperviseOptions, Supervision } from './app/supervise-processes.ts'
export type { SupervisedProcess } from './app/supervised-process.ts'
