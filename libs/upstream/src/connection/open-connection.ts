import { abortable } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { Client, ClientCapabilities, PriorDiscovery } from '@modelcontextprotocol/client'

import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import { isLoginRequired } from '../oauth/login-required.ts'
import { movedIn } from './follow-redirects.ts'
import type { CreateTransport, UpstreamTransport } from './upstream-transport.ts'

/** An open connection to an upstream server. */
export interface Connection {
  readonly client: Client
  readonly era: 'modern' | 'legacy'
  /** Time at which the era was probed, or undefined if the era was known before or is configured. */
  readonly probedAt: number | undefined
  /** Whether the connection can still send requests. */
  isOpen(): boolean
  /** Returns the reason why the connection closed, or undefined while it is open. */
  closeReason(): string | undefined
  lastErrorLines(): readonly string[]
  close(): Promise<void>
}

/** Receives the notifications and requests of the upstream server, and the end of the connection. */
export interface ConnectionHandlers {
  onNotification(method: string, params: Readonly<Record<string, unknown>>): void
  /** Returns the result of a request of the server, or rejects with a JSON-RPC error. */
  onRequest(
    method: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>
  onClose(): void
}

/** Experimental capabilities of a client, by their names. */
export type ExperimentalCapabilities = Readonly<NonNullable<ClientCapabilities['experimental']>>

export interface OpenConnectionOptions {
  readonly entry: UpstreamEntry
  readonly createTransport: CreateTransport
  readonly clock: Clock
  /** The era of the server, if known. The connection then needs no probe. */
  readonly prior: PriorDiscovery | undefined
  /**
   * Time at which an earlier attempt to connect has probed the era, or undefined if `prior` was known before.
   */
  readonly probedAt?: number | undefined
  readonly signal: AbortSignal
  /** Returns the experimental capabilities that this side declares. Default: none. */
  readonly experimental?: (() => Promise<ExperimentalCapabilities>) | undefined
  /**
   * Time after which a process that has not responded counts as a legacy server, in milliseconds. Default:
   * 5000.
   */
  readonly probeTimeoutMs?: number | undefined
}

/** All capabilities that can be relayed. Servers offer more tools to a client that declares more of them. */
const capabilities: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: { listChanged: true },
}

/**
 * Time to wait for the response to the probe over stdio. A legacy server that ignores unknown requests delays
 * each probe by this time. A process that takes longer to start, such as a first `npx`, counts as a legacy
 * server.
 */
const stdioProbeTimeoutMs = 5000

/**
 * Maximum delay of a timer, in milliseconds. The timeouts of the SDK, which do not use `clock`, have this
 * value, so that the timeouts of this package end a request first.
 */
const maxTimerMs = 2_147_483_647

/**
 * Opens a connection, and negotiates the era of the protocol. The package of the SDK is loaded by the
 * first call, because it takes about 0.3 s and 30 MB.
 *
 * @throws McpError `unavailable` for a failure of the transport or the negotiation, for a timeout and for an
 * abort. The error of a required login, or of a redirect that was not followed, is thrown unchanged. The
 * transport is then closed.
 */
export async function openConnection(
  options: OpenConnectionOptions,
  handlers: ConnectionHandlers,
): Promise<Connection> {
  const { entry, createTransport, clock, prior, signal } = options
  const { startTimeoutMs, era } = entry.hub
  const { probeTimeoutMs = stdioProbeTimeoutMs } = options
  const isProcess = entry.transport === 'stdio'
  const { Client: SdkClient } = await import('@modelcontextprotocol/client')
  const client = new SdkClient(
    { name: 'mcp', version: '0.1.0' },
    {
      capabilities: { ...capabilities, ...(await experimentalOf(options)) },
      // A server over HTTP that does not respond to the probe has an outage, which the start timeout reports.
      versionNegotiation: {
        mode: modeOf(era),
        probe: { timeoutMs: isProcess ? probeTimeoutMs : maxTimerMs },
      },
      inputRequired: { autoFulfill: false },
    },
  )
  let transport: UpstreamTransport | undefined
  let isClosed = false
  const onClose = (): void => {
    if (isClosed) return
    isClosed = true
    handlers.onClose()
  }
  Object.assign(client, {
    onclose: onClose,
    fallbackNotificationHandler: async ({ method, params }) =>
      handlers.onNotification(method, params ?? {}),
    fallbackRequestHandler: async ({ method, params }) => {
      const result = await handlers.onRequest(method, params ?? {})
      return { ...result }
    },
  } satisfies Partial<Client>)

  const timeout = new AbortController()
  const stopTimer = clock.after(startTimeoutMs, () => timeout.abort(notReady(entry)))
  const stop = AbortSignal.any([signal, timeout.signal])
  try {
    const created = await createTransport(entry)
    transport = created
    const connecting = client.connect(created, {
      timeout: maxTimerMs,
      ...(prior === undefined || era !== 'match' ? {} : { prior }),
    })
    await abortable(connecting, stop)
  } catch (thrown) {
    isClosed = true
    await transport?.close().catch(() => {})
    throw withProcessFailure(thrown, transport)
  } finally {
    stopTimer()
  }

  const opened = transport
  return {
    client,
    era: client.getProtocolEra() ?? 'legacy',
    probedAt: prior === undefined && era === 'match' ? clock.now() : options.probedAt,
    isOpen: () => !isClosed,
    closeReason: () => (isClosed ? (opened.closeReason?.() ?? 'the connection closed') : undefined),
    lastErrorLines: () => opened.lastErrorLines?.() ?? [],
    async close() {
      onClose()
      await client.close()
    },
  }
}

async function experimentalOf({ experimental }: OpenConnectionOptions) {
  return experimental === undefined ? {} : { experimental: await experimental() }
}

function modeOf(era: UpstreamEntry['hub']['era']) {
  if (era === 'legacy') return 'legacy'
  return era === 'modern' ? { pin: '2026-07-28' } : 'auto'
}

function notReady(entry: UpstreamEntry): McpError {
  const { startTimeoutMs } = entry.hub
  const hint = asksBeforeInstalling(entry)
    ? '. Add "-y" to "args": npx asks before it installs a package'
    : ''
  return new McpError(
    'unavailable',
    `did not initialize the connection within ${startTimeoutMs} ms${hint}`,
  )
}

/** Whether the command is `npx` without `-y`, which may wait for a confirmation although it has no terminal. */
function asksBeforeInstalling(entry: UpstreamEntry): boolean {
  if (entry.transport !== 'stdio' || !/(^|[\\/])npx(\.cmd)?$/.test(entry.command)) return false
  return !entry.args.some((argument) => argument === '-y' || argument === '--yes')
}

/** Returns the error of a failed start, with the exit code and the last output of the process. */
function withProcessFailure(thrown: unknown, transport: UpstreamTransport | undefined): McpError {
  const moved = movedIn(thrown)
  if (moved !== undefined) return moved
  if (isLoginRequired(thrown)) return thrown
  const reason = transport?.closeReason?.()
  const lines = transport?.lastErrorLines?.() ?? []
  const text = reason ?? (thrown instanceof Error ? thrown.message : String(thrown))
  return new McpError('unavailable', text, {
    details: lines.length === 0 ? {} : { lastErrorLines: lines },
    cause: thrown,
  })
}
