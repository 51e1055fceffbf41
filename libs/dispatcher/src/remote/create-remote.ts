import type { Clock, NotificationEnvelope } from '@mcp/protocol'
import { chain } from '@mcp/concurrency'
import { defaultLimits, McpError, systemClock } from '@mcp/protocol'

import { cancelled, refuse, timedOut } from '../calls/responses.ts'
import { createCalls, endCall } from '../calls/call.ts'
import type { HttpTransport } from './http-transport.ts'
import type { RemoteReplica } from './remote-replica.ts'
import { createRemoteReplica } from './remote-replica.ts'
import type { ReplicatedServer } from '../routing/replica-set.ts'
import { createReplicaSet } from '../routing/replica-set.ts'
import { describeFirst, joinHealths } from '../routing/replica-info.ts'

export interface RemoteOptions {
  /** Such as `tools`. Default: what the server calls itself, and its host until it has said so. */
  readonly name?: string | undefined
  /** What it writes as `metadata.source`. Default: what it says. */
  readonly source?: string | undefined
  /** Where it is, such as `http://127.0.0.1:5003`; a path before its routes is kept. */
  readonly url?: string | undefined
  /** Where its replicas are, instead of `url`. */
  readonly urls?: readonly string[] | undefined
  /** Shows the server that this process may speak for sessions. Default: none. */
  readonly serviceToken?: string | undefined
  /** The longest answer or event it may send, in bytes. Default: 4 MiB. */
  readonly maxAnswerBytes?: number | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Told of what went wrong and no answer says. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A server far away, over the given transport: itself one replica, or a choice among several. */
export function createRemote(
  options: RemoteOptions,
  createTransport: (url: string) => HttpTransport,
): RemoteReplica | ReplicatedServer {
  const { name, source, url, urls = url === undefined ? [] : [url], serviceToken } = options
  const { maxAnswerBytes = defaultLimits.maxBodyBytes, clock = systemClock } = options
  const { onError = () => {} } = options

  const replicas = urls.map(normalize).map((one) =>
    createRemoteReplica({
      url: one,
      transport: createTransport(one),
      clock,
      maxAnswerBytes,
      onError,
      name,
      source,
      serviceToken,
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

/** A dispatcher takes the replicas apart and chooses by itself; this is for whoever uses them alone. */
function joinReplicas(
  first: RemoteReplica,
  replicas: readonly RemoteReplica[],
  clock: Clock,
  onError: (error: unknown) => void,
): ReplicatedServer {
  const set = createReplicaSet(replicas, { clock, onError })
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
      const answer = calls.watch(call)
      void chain(set.process(request, context, call), (settled) => endCall(call, settled))
      return answer
    },
    subscribe(listener: (notification: NotificationEnvelope) => void) {
      const stops = replicas.map((replica) => replica.subscribe(listener))
      return () => {
        for (const stop of stops) stop()
      }
    },
    health: async () =>
      joinHealths(await Promise.all(replicas.map(async (replica) => replica.health()))),
    async sessionClosed(sessionId) {
      await Promise.all(replicas.map(async (replica) => replica.sessionClosed?.(sessionId)))
    },
    async close() {
      calls.close((request) => refuse(request, 'unavailable', 'The connection is closed.'))
      await Promise.all(replicas.map((replica) => replica.close()))
    },
  }
}

function normalize(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch (cause) {
    throw new McpError('invalid-request', `The url "${url}" is none.`, { cause })
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new McpError('invalid-request', `The url "${url}" must begin with http:// or https://.`)
  }
  return parsed.origin + (parsed.pathname === '/' ? '' : parsed.pathname.replace(/\/+$/, ''))
}
