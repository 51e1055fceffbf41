export { bearerAuthentication, unauthenticated } from './authenticate.ts'
export type {
  Authenticate,
  BearerAuthenticationOptions,
  Credentials,
  Principal,
  Tokens,
} from './authenticate.ts'
export { bodyTooLarge, createBodyCollector } from './body/body-collector.ts'
export type { BodyCollector, BodyCollectorOptions } from './body/body-collector.ts'
export { callerAddress } from './caller-address.ts'
export { withoutCallerClaims } from './caller-claims.ts'
export { claimsOf, decodeClaims, encodeClaims } from './claims-header.ts'
export type { Claims } from './claims-header.ts'
export { decodeClient, encodeClient } from './client-header.ts'
export { contextHeaders, serviceHeaders, traceHeaders } from './context-headers.ts'
export { encodeEvent, encodeEvents, encodeNotification, heartbeat } from './encode-event.ts'
export type { ServerSentEvent } from './encode-event.ts'
export { createEventWriter, eventStreamHeaders } from './event-writer.ts'
export type { EventWriter, EventWriterOptions } from './event-writer.ts'
export { handleFetch } from './handle-fetch.ts'
export { createHeartbeats } from './heartbeats.ts'
export type { Heartbeats } from './heartbeats.ts'
export { openApi } from './openapi.ts'
export { joinBytes } from './body/join-bytes.ts'
export { readBody } from './body/read-body.ts'
export { decodeJsonBody, readJson, readOptionalJson } from './body/read-json.ts'
export type { BodyLimits } from './body/read-json.ts'
export { missingScopes } from './scopes.ts'
export { runRoute } from './run-route.ts'
export { isSameSecret } from './service-auth/same-secret.ts'
export { createServiceAuth } from './service-auth/service-auth.ts'
export type {
  IdentifyInternalCaller,
  InternalCaller,
  ServiceAuthOptions,
} from './service-auth/service-auth.ts'
export type { SignedRequest } from './service-auth/service-mac.ts'
export { createServiceSigner } from './service-auth/service-signer.ts'
export type {
  ServiceSignature,
  ServiceSigner,
  ServiceSignerOptions,
} from './service-auth/service-signer.ts'
export { shortenSessionId } from './shorten-session-id.ts'
export type {
  ByteSink,
  CloseOptions,
  Peer,
  RawHandler,
  RawRequest,
  RawResponse,
  RawRoute,
  RequestHead,
  Service,
} from './service.ts'
export { readTrace } from './trace-context.ts'
export {
  envelopeResponse,
  errorResponse,
  jsonResponse,
  toWebErrorResponse,
  toWebResponse,
} from './text-response.ts'
export type { TextResponse } from './text-response.ts'
