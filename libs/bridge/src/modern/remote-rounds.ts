import type { ReplicaCalls } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import type { Round } from './waiting-call.ts'
import type { RoundResult } from './round-result.ts'

/** The calls that wait in this process. */
export interface LocalRounds {
  has(callId: string): boolean
  resume(round: Round, state: string): Promise<RoundResult>
}

/** Continues the calls that wait in other processes. */
export interface RemoteRounds {
  /** Returns undefined if no other process has the call. */
  resume(callId: string, round: Round, state: string): Promise<RoundResult | undefined>
}

const object = z.record(z.string(), z.unknown())
const resumption = z.object({
  callId: z.string(),
  state: z.string(),
  scope: z.string(),
  digest: z.string(),
  responses: object,
})
const notification = z.object({ method: z.string(), params: object })
const roundResult = z.custom<RoundResult>(
  (value) => object.safeParse(value).success,
  'must be the result of a round',
)

/** Lets other processes resume the calls that wait in this one. Returns the interface to resume their calls. */
export function createRemoteRounds(replicas: ReplicaCalls, local: LocalRounds): RemoteRounds {
  replicas.handle('resume-round', (params, { send, signal }) => {
    const { callId, state, ...received } = resumption.parse(params)
    if (!local.has(callId)) return undefined
    const notify: Round['notify'] = (method, notified) => send({ method, params: notified })
    return local.resume({ ...received, signal, notify }, state)
  })

  return {
    async resume(callId, { scope, digest, responses, signal, notify }, state) {
      const accepted = await replicas.call(
        'resume-round',
        { callId, state, scope, digest, responses },
        {
          signal,
          onMessage(message) {
            const { method, params } = notification.parse(message)
            notify(method, params)
          },
        },
      )
      return accepted && roundResult.parse(await accepted.result)
    },
  }
}

/**
 * Takes the place of the method of a call that is resumed. It always fails, because the call runs already and
 * its method must not start again.
 */
export async function refuseStart(): Promise<never> {
  throw new McpError('internal', 'The call has started before.')
}
