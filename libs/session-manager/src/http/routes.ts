import { openApi } from '@mcp/http'
import type { RawResponse } from '@mcp/http'

import type { ActivityHandlers } from '../activity/activity-handlers.ts'
import type { ServerHandlers } from '../administration/server-handlers.ts'
import { createServerRoutes } from '../administration/server-routes.ts'
import type { EventHandlers } from './event-handlers.ts'
import type { RequestHandlers } from './request-handlers.ts'
import type { Route, RouteCall } from './route.ts'
import type { SessionHandlers } from './session-handlers.ts'
import type { SystemHandlers } from './system-handlers.ts'

const { eventStream, json, pageOf, queryParameter, ref, responseOf } = openApi

export interface RouteHandlers {
  readonly sessions: SessionHandlers
  readonly requests: RequestHandlers
  readonly events: EventHandlers
  readonly activity: ActivityHandlers
  readonly system: SystemHandlers
  readonly servers: ServerHandlers
  /** Responds with the OpenAPI document of the returned routes. */
  readonly openApi: (routes: readonly Route[], call: RouteCall) => RawResponse
}

/** Returns the content of a body with an example. */
const jsonBody = (schema: string, example: unknown) => ({
  'application/json': { schema: ref(schema), example },
})

const noteAdded = { type: 'note-added', data: { title: 'Groceries' } }

/** Paths of operations, without and with a target. The body is the params. */
const operationPaths = [
  '/sessions/{sessionId}/{server}/{operation}',
  '/sessions/{sessionId}/{server}/{target}/{operation}',
]

/**
 * Returns all routes of the HTTP API. The router, the fast path and the OpenAPI document are derived
 * from this table. A new route requires an entry in this table and a handler. If it has a body, its schemas
 * are in `body-schemas.ts` and `openapi-schemas.ts`. A method other than GET, POST and DELETE must also be
 * allowed in `route.ts` and in `cross-origin.ts` of `@mcp/node`.
 */
// oxlint-disable-next-line max-lines-per-function -- it is a table
export function createRoutes(handlers: RouteHandlers): readonly Route[] {
  const { sessions, requests, events, activity, system, servers, openApi } = handlers

  const routes: readonly Route[] = [
    {
      method: 'POST',
      path: '/sessions',
      operationId: 'openSession',
      summary: 'Open a session',
      access: 'caller',
      body: () => jsonBody('NewSession', { clientId: 'my-client', metadata: { theme: 'dark' } }),
      responses: { 201: responseOf('The session.', ref('Session')) },
      handle: sessions.open,
    },
    {
      method: 'GET',
      path: '/sessions',
      operationId: 'listSessions',
      summary: 'List the sessions of the caller',
      access: 'caller',
      parameters: [queryParameter('limit', 'integer'), queryParameter('cursor', 'string')],
      responses: { 200: responseOf('A page of sessions.', pageOf('sessions', ref('Session'))) },
      handle: sessions.list,
    },
    {
      method: 'GET',
      path: '/sessions/{sessionId}',
      operationId: 'readSession',
      summary: 'Read a session',
      access: 'caller',
      responses: { 200: responseOf('The session.', ref('Session')) },
      handle: sessions.read,
    },
    {
      method: 'DELETE',
      path: '/sessions/{sessionId}',
      operationId: 'closeSession',
      summary: 'Close a session',
      access: 'caller',
      responses: { 204: { description: 'The session is closed.' } },
      handle: sessions.close,
    },
    {
      method: 'POST',
      path: '/sessions/{sessionId}/requests',
      operationId: 'request',
      summary: 'Make a request',
      description:
        'A request that is sent several times with the same id runs once. With "Accept: text/event-stream", progress, chunks and log messages are streamed before the response: the events "progress", "chunk" and "log", whose data is a notification.',
      access: 'caller',
      body: (examples) => ({ 'application/json': { schema: ref('Request'), examples } }),
      responses: {
        200: {
          description: 'The response.',
          content: { ...json(ref('Response')), ...eventStream },
        },
      },
      isFast: true,
      handle: requests.submit,
    },
    {
      method: 'DELETE',
      path: '/sessions/{sessionId}/requests/{requestId}',
      operationId: 'cancelRequest',
      summary: 'Cancel a request',
      access: 'caller',
      responses: { 204: { description: 'The request has ended, or it is being cancelled.' } },
      handle: requests.cancel,
    },
    {
      method: 'GET',
      path: '/sessions/{sessionId}/events',
      operationId: 'readEvents',
      summary: 'Stream the notifications of a session',
      description: 'The stream can be resumed from the id of any event.',
      access: 'caller',
      parameters: [
        { name: 'last-event-id', in: 'header', schema: { type: 'string' } },
        queryParameter('lastEventId', 'string'),
      ],
      responses: { 200: { description: 'The notifications.', content: eventStream } },
      isFast: true,
      handle: events.openStream,
    },
    {
      method: 'GET',
      path: '/sessions/{sessionId}/activity',
      operationId: 'readActivity',
      summary: 'Read the activity of a session',
      description:
        'Requests, responses, notifications, interactions and calls of models, from all clients of the session. With "Accept: text/event-stream", new entries are streamed, and the stream can be resumed from the id of any event. Entries have previews if they were added after the activity was first read.',
      access: 'caller',
      parameters: [
        queryParameter('limit', 'integer'),
        queryParameter('cursor', 'string'),
        { name: 'last-event-id', in: 'header', schema: { type: 'string' } },
        queryParameter('lastEventId', 'string'),
      ],
      responses: {
        200: {
          description: 'A page of entries, oldest first.',
          content: { ...json(pageOf('entries', ref('ActivityEntry'))), ...eventStream },
        },
      },
      handle: activity.read,
    },
    {
      method: 'POST',
      path: '/sessions/{sessionId}/activity',
      operationId: 'reportModelCall',
      summary: 'Add a call of a language model to the activity of a session',
      access: 'caller',
      body: () => json(ref('ModelCall')),
      responses: { 204: { description: 'The call is recorded.' } },
      handle: activity.report,
    },
    {
      method: 'GET',
      path: '/sessions/{sessionId}/activity/{seq}',
      operationId: 'readActivityEntry',
      summary: 'Read an entry with its whole content',
      access: 'caller',
      responses: { 200: responseOf('The entry, without secrets.', ref('ActivityEntry')) },
      handle: activity.readEntry,
    },
    {
      method: 'POST',
      path: '/sessions/{sessionId}/notifications',
      operationId: 'notifySession',
      summary: 'Publish a notification to a session',
      access: 'caller-or-internal',
      body: () => jsonBody('Notification', noteAdded),
      responses: { 202: responseOf('The notification is published.', { type: 'object' }) },
      isFast: true,
      handle: events.notifySession,
    },
    {
      method: 'POST',
      path: '/sessions/{sessionId}/interactions/{interactionId}',
      operationId: 'answerInteraction',
      summary: 'Respond to an interaction',
      access: 'caller',
      body: () => jsonBody('InteractionResponse', { action: 'accept', content: { name: 'Ada' } }),
      responses: { 204: { description: 'The interaction is resolved.' } },
      handle: requests.respondToInteraction,
    },
    {
      method: 'POST',
      path: '/notifications',
      operationId: 'notifyAll',
      summary: 'Publish a notification to every session',
      access: 'internal',
      body: () => jsonBody('Notification', noteAdded),
      responses: { 202: responseOf('The notification is published.', { type: 'object' }) },
      handle: events.notifyAll,
    },
    {
      method: 'GET',
      path: '/servers',
      operationId: 'listServers',
      summary: 'List the servers and their operations',
      access: 'caller',
      responses: { 200: responseOf('The catalogue.', pageOf('servers', ref('Server'))) },
      handle: system.listServers,
    },
    ...createServerRoutes(servers),
    {
      method: 'GET',
      path: '/openapi.json',
      operationId: 'readOpenApi',
      summary: 'Read this document',
      access: 'caller',
      responses: { 200: responseOf('This document.', { type: 'object' }) },
      handle: (call) => openApi(routes, call),
    },
    {
      method: 'GET',
      path: '/health',
      operationId: 'isAlive',
      summary: 'Check whether the process responds',
      access: 'public',
      responses: { 200: responseOf('The process responds.', { type: 'object' }) },
      isFast: true,
      handle: system.health,
    },
    {
      method: 'GET',
      path: '/ready',
      operationId: 'isReady',
      summary: 'Check whether the service accepts requests',
      access: 'public',
      responses: { 200: responseOf('The service accepts requests.', { type: 'object' }) },
      isFast: true,
      handle: system.ready,
    },
    ...operationPaths.map((path) => ({
      method: 'POST' as const,
      path,
      operationId: 'callOperation',
      summary: 'Call an operation',
      access: 'caller' as const,
      responses: {},
      isOperation: true,
      handle: requests.call,
    })),
  ]
  return routes
}
