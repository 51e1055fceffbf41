import { chain } from '@mcp/concurrency'
import { jsonResponse, readOptionalJson } from '@mcp/http'
import { McpError, parseValue } from '@mcp/protocol'

import { toSession } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { SessionStore } from '../store/session-store.ts'
import { utf8Length } from '../store/utf8-length.ts'
import type { SessionBodyLimits } from './body-schemas.ts'
import { bodySchemas } from './body-schemas.ts'
import { readPageQuery } from './page-query.ts'
import { noContent } from './responses.ts'
import type { RouteHandler } from './route.ts'

export interface SessionHandlersOptions {
  readonly sessions: Sessions
  readonly store: Pick<SessionStore, 'list'>
  readonly limits: SessionBodyLimits
  /** Prefix of the path in the `location` header of a new session. */
  readonly basePath: string
}

export type SessionHandlers = Readonly<Record<'open' | 'list' | 'read' | 'close', RouteHandler>>

export function createSessionHandlers(options: SessionHandlersOptions): SessionHandlers {
  const { sessions, store, limits, basePath } = options

  return {
    open({ request, owner }) {
      const { newSession } = bodySchemas()
      const body = parseValue('session', newSession, readOptionalJson(request, limits))
      const max = limits.maxMetadataBytes
      if (utf8Length(JSON.stringify(body.metadata ?? {})) > max) {
        throw new McpError('payload-too-large', `metadata exceeds ${max} bytes of JSON.`, {
          details: { limit: 'metadataBytes', max },
        })
      }
      return chain(sessions.open(owner, body), (session) =>
        jsonResponse(201, toSession(session), { location: `${basePath}/sessions/${session.id}` }),
      )
    },
    list({ owner, query }) {
      if (owner === undefined) {
        throw new McpError(
          'unauthenticated',
          'Sessions are listed per principal, and this session manager has no authentication: set MCP_TOKENS or the option "authenticate".',
        )
      }
      const { limit, cursor } = readPageQuery(query)
      return chain(store.list(owner, limit, cursor), ({ sessions: page, nextCursor }) =>
        jsonResponse(200, { sessions: page.map(toSession), nextCursor }),
      )
    },
    read: ({ owner, path }) =>
      chain(sessions.find(path.sessionId, owner), (session) =>
        jsonResponse(200, toSession(session)),
      ),
    close: ({ owner, path }) => chain(sessions.close(path.sessionId, owner), () => noContent),
  }
}
