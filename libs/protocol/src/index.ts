export type {
  CapabilityServer,
  OriginalRequest,
  RequestContext,
  RequestEvent,
} from './capability-server.ts'
export { checkContract } from './check-contract.ts'
export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export { defineContract } from './contract.ts'
export type { Contract } from './contract.ts'
export { createNotification, createRequest, createResponse } from './create-envelope.ts'
export type { EnvelopeOptions } from './create-envelope.ts'
export {
  completeHints,
  describeContract,
  describeOperation,
  toJsonSchema,
} from './describe-contract.ts'
export { envelopeSchemas } from './envelope-schemas.ts'
export { protocolVersion } from './envelopes.ts'
export type {
  EnvelopeMetadata,
  ErrorResponse,
  NotificationEnvelope,
  NotificationMetadata,
  RequestEnvelope,
  ResponseEnvelope,
  SuccessResponse,
} from './envelopes.ts'
export { errorCodeInfo, errorCodes, isErrorCode } from './error-codes.ts'
export type { ErrorCodeInfo, McpErrorCode, StandardErrorCode } from './error-codes.ts'
export type { Health } from './health.ts'
export type { HandlerContext, NotifyOptions, Progress } from './handler-context.ts'
export { createId } from './id.ts'
export type { InteractionResponse, InteractionRequest } from './interaction.ts'
export { isRecord } from './is-record.ts'
export { issuesOf, summarizeIssues } from './issues.ts'
export type { Issue } from './issues.ts'
export { parseJson } from './json.ts'
export { readResultName } from './large-result.ts'
export { defaultLimits, defaultTimeoutMs, maxTimeoutMs } from './limits.ts'
export { isErrorBody, McpError } from './mcp-error.ts'
export type { ErrorBody, McpErrorOptions } from './mcp-error.ts'
export { didYouMean, nearNames } from './near-names.ts'
export { operation } from './operation.ts'
export type {
  Audience,
  Example,
  MaybePromise,
  Operation,
  OperationDefinition,
  OperationHints,
  Schema,
} from './operation.ts'
export { parseNotification, parseRequest, parseResponse } from './parse-envelope.ts'
export { parseValue } from './parse-value.ts'
export type {
  ExampleDescription,
  JsonSchema,
  OperationDescription,
  Route,
  ServerDescription,
  ServerListing,
} from './server-description.ts'
export { isReservedType, systemNotifications } from './system-notifications.ts'
export type { SystemNotificationType } from './system-notifications.ts'
export { formatTimestamp, parseTimestamp } from './timestamp.ts'
export type { Tool, ToolOperation } from './tool.ts'
