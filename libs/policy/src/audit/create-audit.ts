import { shortenSessionId } from '@mcp/http'
import { formatTimestamp } from '@mcp/protocol'

import type { AuditArguments } from './arguments.ts'
import { canonicalJson, redactArguments } from './arguments.ts'
import type { Audit, AuditRecord } from './audit.ts'

/** The destination of an audit log. */
export interface AuditSink {
  /**
   * Writes a line. `line` does not contain a line feed.
   *
   * @throws Error if the line cannot be written.
   */
  write(line: string): void
  close(): void
}

export interface AuditOptions {
  readonly sink: AuditSink
  /** Returns the SHA-256 digest of a text in hexadecimal. */
  readonly digest: (text: string) => string
  /** Default: `digest`. */
  readonly arguments?: AuditArguments | undefined
  /** Whether risky operations run only if the log can be written. Default: false. */
  readonly isRequired?: boolean | undefined
  /** Called when the log cannot be written any more, and with undefined when it can be again. */
  readonly onChange?: ((failure: string | undefined) => void) | undefined
}

/** Creates an audit log that writes one JSON object per line. */
export function createAudit(options: AuditOptions): Audit {
  const { sink, digest, isRequired = false, onChange } = options
  const shape = options.arguments ?? 'digest'
  let isFailed = false

  function encodeArguments({ request }: AuditRecord): Readonly<Record<string, unknown>> {
    if (shape === 'none') return {}
    const { operation: _operation, ...args } = request.payload
    if (shape === 'redacted') return { arguments: redactArguments(args) }
    return { argumentsDigest: `sha256:${digest(canonicalJson(args))}` }
  }

  function encode(record: AuditRecord): string {
    const { event, at, context, request, server, operation, effect, rule } = record
    const { code, durationMs, approval } = record
    const { principal, address, sessionId, client } = context
    return JSON.stringify({
      time: formatTimestamp(at),
      event,
      principal,
      address: address ?? (principal === undefined ? 'local' : undefined),
      client: client?.info?.name,
      session: sessionId === undefined ? undefined : shortenSessionId(sessionId),
      request: request.id,
      server,
      operation,
      ...encodeArguments(record),
      decision: effect,
      rule,
      approval,
      code,
      durationMs: durationMs === undefined ? undefined : Math.round(durationMs),
      trace: context.trace?.traceparent,
    })
  }

  function write(line: string): boolean {
    try {
      sink.write(line)
    } catch (thrown) {
      if (!isFailed) onChange?.(thrown instanceof Error ? thrown.message : String(thrown))
      isFailed = true
      return false
    }
    if (isFailed) onChange?.(undefined)
    isFailed = false
    return true
  }

  return {
    isRequired,
    record: (record) => write(encode(record)),
    refuse({ at, address, reason, count }) {
      const time = formatTimestamp(at)
      write(JSON.stringify({ time, event: 'refused', address, reason, count }))
    },
    close: () => sink.close(),
  }
}
