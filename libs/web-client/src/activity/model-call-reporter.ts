import type { ModelCallReport } from '@mcp/conversations'
import type { MaybePromise } from '@mcp/protocol'

import { pickHeaders } from '../sessions/request-session-manager.ts'

export interface ModelCallReporterOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

/** Adds a call of a language model to the activity of a session. Never rejects. */
export type ReportModelCall = (sessionId: string, call: ModelCallReport) => Promise<void>

const timeoutMs = 5000

/**
 * Creates the reporter for the runs that a request starts. The reporter uses the authorization of the
 * request.
 */
export function createModelCallReporter(
  request: Request,
  { url, fetch }: ModelCallReporterOptions,
): ReportModelCall {
  const headers = pickHeaders(request.headers, ['authorization'])
  headers.set('content-type', 'application/json')
  return async (sessionId, call) => {
    const bytes = Buffer.byteLength(JSON.stringify(call.content))
    const body = JSON.stringify({ ...call, bytes, source: 'agent' })
    const signal = AbortSignal.timeout(timeoutMs)
    const path = `${url}/sessions/${encodeURIComponent(sessionId)}/activity`
    try {
      const response = await fetch(new Request(path, { method: 'POST', headers, body, signal }))
      await response.body?.cancel()
    } catch {
      // A run must not fail because its activity is incomplete.
    }
  }
}
