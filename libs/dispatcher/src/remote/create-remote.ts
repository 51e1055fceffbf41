import { chain } from '@mcp/concurrency'
import { createServiceSigner } from '@mcp/http'
import type { Clock, NotificationEnvelope } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'

import { createCalls, endCall } from '../calls/call.ts'
import { cancelled, errorResponse, timedOut } from '../calls/responses.ts'
import { callReplicas } from '../pipeline/choose-replica.ts'
import { describeFirst, joinHealths } from '../routing/replica-info.ts'
import type { ReplicatedServer } from '../routing/replica-set.ts'
import { createReplicaSet } from '../routing/replica-set.ts'
import type { HttpTransport } from './http-transport.ts'
import { createProvenTransport } from './proven-transport.ts'
import type { RemoteReplica } from './remote-replica.ts'
import { createRemoteReplica } from './remote-replica.ts'

export interface RemoteOptions {
  /**
   * Name of the server, such as `tools`. Default: the name in the description of the server or, before
   * the description arrives, the host of the URL. With a service token, the name is required, and the
   * server must have the same name.
   */
  readonly name?: string | undefined
  /**
   * Value of `metadata.source` in the server's envelopes. Default: the source in the description of the
   * server.
   */
  readonly source?: string | undefined
  /**
   * URL of the server, such as `http://127.0.0.1:5003`. The routes of the server are appended to its
   * path.
   */
  readonly url?: string | undefined
  /** URLs of the server's replicas, instead of `url`. */
  readonly urls?: readonly string[] | undefined
  /**
   * Secret for signing requests and verifying responses. The secret itself is never sent. Default:
   * none.
   */
  readonly serviceToken?: string | undefined
  /** Maximum size of a response, in bytes, and of an event, in characters. Default: 4 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Receives errors that are not part of a response. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const defaultMaxResponseBytes = 4 * 1024 * 1024

/**
 * Creates a remote server with one or several replicas. Each replica has its own transport.
 *
 * @throws McpError `invalid-request` if there is no URL, if a URL is invalid, or if there is a service token
 * but no name.
 */
export function createRemote(
  options: RemoteOptions,
  createTransport: (url: string) => HttpTransport,
): RemoteReplica | ReplicatedServer {
  const { name, source, url, urls = url === undefined ? [] : [url] } = options
  const { maxResponseBytes = defaultMaxResponseBytes, clock = systemClock } = options
  const { onError = () => {} } = options

  const replicas = urls.map(normalizeUrl).map((one) =>
    createRemoteReplica({
      url: one,
      transport: secure(createTransport(one), options, clock),
      clock,
      maxResponseBytes,
      onError,
      name,
      source,
    }),
  )
  const [first] = replicas
  if (first === undefined) {
    throw new McpError(
      'invalid-request',
      'A remote server needs a url, such as "http://127.0.0.1:5003".',
    )
  }
  return replicas.length === 1 ? first : joinReplicas(first, replicas, clock, onError)
}

/** Returns a transport that signs requests and verifies responses, if there is a service token. */
function secure(
  transport: HttpTransport,
  { name, serviceToken = '', onError }: RemoteOptions,
  clock: Clock,
): HttpTransport {
  if (serviceToken === '') return transport
  if (name === undefined) {
    throw new McpError(
      'invalid-request',
      'A remote server with a service token needs a name, because requests are signed for it.',
    )
  }
  const sign = createServiceSigner({ serviceToken, audience: name, clock })
  return createProvenTransport({
    transport,
    sign,
    clock,
    onRefused: (problem) =>
      onError?.(new McpError('unavailable', `The server "${name}" ${problem}.`)),
  })
}

/**
 * Combines replicas into one server for use without a dispatcher. A dispatcher chooses among the
 * replicas itself.
 */
function joinReplicas(
  first: RemoteReplica,
  replicas: readonly RemoteReplica[],
  clock: Clock,
  onError: (error: unknown) => void,
): ReplicatedServer {
  const set = createReplicaSet(replicas, clock)
  const calls = createCalls({ clock, whenCancelled: cancelled, whenExpired: timedOut })

  return {
    replicas,
    get name() {
      return first.name
    },
    get source() {
      return first.source
    },
    describe: () => describeFirst(replicas),
    process(request, context) {
      if (context.signal.aborted) return cancelled(request)
      const call = calls.create(request, context)
      const response = calls.watch(call)
      const attempt = callReplicas(set, request, context, call, onError)
      void chain(attempt, (settled) => endCall(call, settled))
      return response
    },
    subscribe(listener: (notification: NotificationEnvelope) => void) {
      const unsubscribes = replicas.map((replica) => replica.subscribe(listener))
      return () => {
        for (const unsubscribe of unsubscribes) unsubscribe()
      }
    },
    health: async () =>
      joinHealths(await Promise.all(replicas.map(async (replica) => replica.health()))),
    async sessionClosed(sessionId) {
      await Promise.all(replicas.map(async (replica) => replica.sessionClosed?.(sessionId)))
    },
    async close() {
      calls.close((request) => errorResponse(request, 'unavailable', 'The connection is closed.'))
      await Promise.all(replicas.map((replica) => replica.close()))
    },
  }
}

function normalizeUrl(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new McpError('invalid-request', `Invalid URL: "${url}".`, { cause })
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new McpError('invalid-request', `The URL "${url}" must start with http:// or https://.`)
  }
  return parsed.origin + (parsed.pathname === '/' ? '' : parsed.pathname.replace(/\/+$/, ''))
}
