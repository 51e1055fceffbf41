import type { IncomingMessage } from 'node:http'

import { errorResponse, isSameSecret } from '@mcp/http'
import type { TextResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'

import type { NodeHandler } from '../http/node-handler.ts'
import { peerOf } from '../http/peer.ts'
import { writeResponse } from '../http/write-response.ts'
import type { MetricsRegistry } from './create-metrics.ts'

export interface MetricsAccess {
  /** Metrics to serve at `GET /metrics`. Default: the service receives the request. */
  metrics?: Pick<MetricsRegistry, 'contentType' | 'render'> | undefined
  /** Token that `/metrics` needs. Default: callers on this machine need none, and others are refused. */
  metricsToken?: string | undefined
}

/**
 * Returns a handler that serves the metrics at `/metrics`, and passes all other requests on. The tokens of
 * callers do not grant access to it, because the metrics contain the activity of all callers.
 */
export function serveMetrics(
  handler: NodeHandler,
  { metrics, metricsToken }: MetricsAccess,
  onError: (error: unknown) => void,
): NodeHandler {
  if (metrics === undefined) return handler
  const respond = async (request: IncomingMessage): Promise<TextResponse> => {
    const refused = refusalOf(request, metricsToken)
    if (refused !== undefined) return errorResponse(refused)
    const body = await metrics.render()
    return { status: 200, headers: { 'content-type': metrics.contentType }, body }
  }
  return (request, response) => {
    if (request.method !== 'GET' || !isMetricsPath(request.url)) {
      handler(request, response)
      return
    }
    respond(request)
      .catch((thrown: unknown) => {
        onError(thrown)
        return errorResponse(McpError.from(thrown))
      })
      .then((result) => writeResponse(response, result))
      .catch(onError)
  }
}

function isMetricsPath(url = ''): boolean {
  return url.startsWith('/metrics') && (url.length === 8 || url[8] === '?')
}

function refusalOf(request: IncomingMessage, token: string | undefined): McpError | undefined {
  if (token === undefined) {
    return peerOf(request).isLoopback === true
      ? undefined
      : new McpError(
          'forbidden',
          'Only callers on this machine may read the metrics. Set MCP_METRICS_TOKEN for others.',
          { details: { reason: 'policy' } },
        )
  }
  const [, sent = ''] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? []
  return isSameSecret(sent, token)
    ? undefined
    : new McpError(
        'unauthenticated',
        'Authentication required: send "Authorization: Bearer <token>" with the token of MCP_METRICS_TOKEN.',
      )
}
