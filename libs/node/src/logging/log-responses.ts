import { shortenSessionId } from '@mcp/http'

import type { Logger } from './logger.ts'
import type { NodeHandler } from '../http/node-handler.ts'

/** Logs each answer at the level `debug`; where that is not written, the handler as it is. */
export function logAnswers(handler: NodeHandler, log: Logger | undefined): NodeHandler {
  if (log === undefined || !log.isEnabled('debug')) return handler
  return (request, response) => {
    const { method, url = '/' } = request
    const since = performance.now()
    response.once('close', () => {
      log.debug(`${method} ${withoutSecrets(url)}`, {
        status: response.statusCode,
        tookMs: Math.round(performance.now() - since),
        traceId: traceIdOf(request.headers['traceparent']),
        ...(response.writableFinished ? {} : { brokenOff: true }),
      })
    })
    handler(request, response)
  }
}

/** The trace that a W3C `traceparent` names. */
export function traceIdOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' ? traceparent.split('-')[1] : undefined
}

function withoutSecrets(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path.replace(/(\/sessions\/)([^/]+)/, (_, before: string, id: string) =>
    id === 'current' ? before + id : before + shortenSessionId(id),
  )
}
