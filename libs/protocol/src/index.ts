export type {
  CapabilityServer,
  RequestContext,
  RequestEvent,
  TraceContext,
} from './server/capability-server.ts'
export { callerKeyOf } from './server/caller-key.ts'
export { checkContract } from './contract/check-contract.ts'
export { logLevels } from './server/client-description.ts'
export type { ClientDescription, LogLevel } from './server/client-description.ts'
export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { contentResult } from './contract/content-result.ts'
export type { ContentResult } from './contract/content-result.ts'
export { defineContract } from './contract/contract.ts'
export type { Contract, NotificationsOf, ParamsOf, ResultOf } from './contract/contract.ts'
export { createNotification, createRequest, createResponse } from './envelopes/create-envelope.ts'
export {
  completeHints,
  describeContract,
  describeOperation,
  toJsonSchema,
} from './contract/describe-contract.ts'
export { envelopeSchemas } from './envelopes/envelope-schemas.ts'
export { protocolVersion } from './envelopes/envelopes.ts'
export type {
  EnvelopeMetadata,
  ErrorResponse,
  NotificationEnvelope,
  RequestEnvelope,
  ResponseEnvelope,
  SuccessResponse,
} from './envelopes/envelopes.ts'
export { errorCodeInfo, errorCodes, isErrorCode } from './errors/error-codes.ts'
export type { McpErrorCode, StandardErrorCode } from './errors/error-codes.ts'
export type { ConnectionStatus, Health, ServerStatus } from './server/health.ts'
export type { HandlerContext, NotifyOptions, Progress } from './server/handler-context.ts'
export { createId } from './envelopes/id.ts'
export { interactionContent } from './server/interaction-content.ts'
export type { RequiredInput } from './server/rounds.ts'
export { interactionTimedOut } from './server/interaction.ts'
export type {
  Elicitation,
  InteractionResponse,
  InteractionRequest,
  TypedInteraction,
} from './server/interaction.ts'
export { keepsDigits } from './exact-number.ts'
export { isRecord } from './is-record.ts'
export { issuesOf, summarizeIssues } from './errors/issues.ts'
export type { Issue } from './errors/issues.ts'
export { parseJson } from './json.ts'
export type { JsonSchema } from './contract/json-schema.ts'
export { readResultName } from './contract/large-result.ts'
export { matchesPattern } from './matches-pattern.ts'
export { defaultLimits, defaultTimeoutMs, maxTimeoutMs } from './limits.ts'
export { isErrorBody, McpError } from './errors/mcp-error.ts'
export type { ErrorBody, McpErrorOptions } from './errors/mcp-error.ts'
export { didYouMean, nearNames } from './errors/near-names.ts'
export { isSchema, operation } from './contract/operation.ts'
export type {
  Audience,
  Example,
  MaybePromise,
  Operation,
  OperationDefinition,
  OperationHints,
  Schema,
} from './contract/operation.ts'
export { parseNotification, parseRequest, parseResponse } from './envelopes/parse-envelope.ts'
export { parseValue } from './errors/parse-value.ts'
export type { ClientRoot, SamplingParams, SamplingResult } from './server/sampling.ts'
export type {
  OperationDescription,
  Route,
  ServerDescription,
  ServerListing,
} from './contract/server-description.ts'
export { isReservedType, systemNotifications } from './envelopes/system-notifications.ts'
export { formatTimestamp, parseTimestamp } from './envelopes/timestamp.ts'
export type { Tool, ToolOperation } from './contract/tool.ts'
