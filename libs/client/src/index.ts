export type { CallOptions } from './operations/call-options.ts'
export { createClient } from './create-client.ts'
export type { Client, ClientOptions, ConnectOptions } from './create-client.ts'
export type { NotificationsOptions, SessionNotification } from './session/notifications.ts'
export type { Reconnect } from './http/follow-events.ts'
export type { SessionInfo } from './session/session-info.ts'
export type {
  Call,
  ContractClient,
  NotificationData,
  NotificationOf,
  Session,
  SessionCore,
} from './session/session.ts'
export type { ToolMap, ToolTypes, ToolsClient } from './operations/tool-types.ts'
export { toolTypes } from './operations/tool-types.ts'
export type { Token } from './http/transport.ts'
