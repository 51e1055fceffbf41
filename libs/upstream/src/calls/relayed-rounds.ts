import type { RequestContext, RequiredInput } from '@mcp/protocol'
import * as z from 'zod'

import type { Substitutes } from '../interactive/respond-to-server.ts'
import { clientCapabilitiesOf } from './request-meta.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * A result with which a modern server requests interactions. The client repeats the call with its responses.
 */
export const inputRequiredSchema = z.looseObject({
  resultType: z.literal('input_required'),
  inputRequests: z
    .record(z.string(), z.looseObject({ method: z.string(), params: z.looseObject({}).optional() }))
    .default({}),
  requestState: z.string().optional(),
})

type InputRequired = z.output<typeof inputRequiredSchema>

/**
 * Maximum size of a relayed state, in bytes of JSON. The bridge seals the state, and clients send it back in a
 * request body. A character takes up to 6 bytes, so the number of characters does not bound the sealed state.
 */
const maxStateBytes = 32 * 1024

const capabilityNames: ReadonlyMap<string, string> = new Map([
  ['elicitation/create', 'elicitation'],
  ['sampling/createMessage', 'sampling'],
  ['roots/list', 'roots'],
])

/**
 * Whether the caller can repeat its own call with the responses to all requests. No process then waits for
 * them. Otherwise, this process requests the interactions from the caller or a substitute, and repeats the
 * request to the server itself.
 */
export function canRelay(
  { inputRequests, requestState = '' }: InputRequired,
  context: RequestContext,
  { roots }: Pick<Substitutes, 'roots'>,
): boolean {
  if (context.rounds === undefined || !isSmall(requestState)) return false
  const capabilities = clientCapabilitiesOf(context)
  return Object.values(inputRequests).every(({ method }) => {
    const capability = capabilityNames.get(method)
    if (method === 'roots/list' && roots !== undefined) return false
    return capability !== undefined && capabilities[capability] !== undefined
  })
}

function isSmall(state: string): boolean {
  if (state.length > maxStateBytes) return false
  return new TextEncoder().encode(JSON.stringify(state)).length <= maxStateBytes
}

/** Returns the requests of a server to the client, unchanged. */
export function toRequiredInput({ inputRequests, requestState }: InputRequired): RequiredInput {
  const requests = Object.entries(inputRequests).map(([key, { method, params = {} }]) => [
    key,
    { method, params },
  ])
  return { requests: Object.fromEntries(requests), state: requestState }
}

/**
 * Returns the params that continue a call: the responses of the client, and the state of the previous round.
 */
export function continuedRound({ rounds }: RequestContext): Json {
  if (rounds === undefined) return {}
  const { responses, state } = rounds
  return {
    ...(Object.keys(responses).length === 0 ? {} : { inputResponses: responses }),
    ...(state === undefined ? {} : { requestState: state }),
  }
}
