import { shortenSessionId } from '@mcp/http'
import { activeTrace } from '@mcp/telemetry'

import type { Logger } from './logger.ts'
import type { NodeHandler } from '../http/node-handler.ts'

/** Returns a handler that logs each response at level `debug`, or the same handler if that level is off. */
export function logResponses(handler: NodeHandler, log: Logger | undefined): NodeHandler {
  if (log === undefined || !log.isEnabled('debug')) return handler
  return (request, response) => {
    const { method, url = '/' } = request
    const startedAt = performance.now()
    const traceparent = activeTrace()?.traceparent ?? request.headers['traceparent']
    response.once('close', () => {
      log.debug(`${method} ${withoutSecrets(url)}`, {
        status: response.statusCode,
        tookMs: Math.round(performance.now() - startedAt),
        traceId: traceIdOf(traceparent),
        ...(response.writableFinished ? {} : { aborted: true }),
      })
    })
    handler(request, response)
  }
}

/** Returns the trace id of a W3C `traceparent`. */
export function traceIdOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' ? traceparent.split('-')[1] : undefined
}

function withoutSecrets(url: string): string {
  const [path = ''] = url.split('?', 1)
  // The logger shortens only texts in the format of a session id. A caller can send any text here.
  return decode(path).replaceAll(/(\/sessions\/)([^/]+)/g, (_, before: string, id: string) =>
    id === 'current' ? before + id : before + shortenSessionId(id),
  )
}

/** Decodes the percent-encoding of a path, because an encoded `/sessions/` would hide the id after it. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
