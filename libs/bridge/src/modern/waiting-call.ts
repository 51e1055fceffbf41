import { createId, McpError } from '@mcp/protocol'
import type { Clock, InteractionResponse, RequiredInput } from '@mcp/protocol'

import type { Call } from '../calls/caller.ts'
import type { ClientRequest } from '../calls/client-interactions.ts'
import { toInteractionResponse } from '../calls/client-interactions.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import { createEarlyResponses } from './early-responses.ts'

/** One round of a call: one HTTP request of the client. */
export interface Round {
  /** Principal, view and session of the call. */
  readonly scope: string
  /** Digest of the method and the params. */
  readonly digest: string
  /**
   * Responses that the client sent with this round, by key. In the first round, the operation has not requested
   * them yet.
   */
  readonly responses: RpcParams
  /** State that the operation set in the previous round, if that round ended with requests to the client. */
  readonly operationState?: string | undefined
  /** Aborted when the client ends this round. */
  readonly signal: AbortSignal
  readonly notify: Call['notify']
}

/** Sends a request to the client and waits for the response. */
export type Ask = (request: ClientRequest) => Promise<InteractionResponse>

/** Runs the method of a call. */
export type RunMethod = (
  call: Pick<Call, 'signal' | 'notify' | 'rounds'>,
  ask: Ask,
) => Promise<unknown>

/** A call that requests interactions of its client, and waits for the responses between two HTTP requests. */
export interface WaitingCall {
  readonly id: string
  readonly scope: string
  readonly digest: string
  /** Whether a round is open. Between two rounds, the call waits for the client. */
  readonly isOpen: boolean
  /** The requests to the client without a response, by key. */
  requests(): Readonly<Record<string, ClientRequest>>
  /** Runs a round until the method is done, or until it has requested interactions. */
  run(round: Round): Promise<RoundEnd>
  /** Passes responses on to the method. Ignores unknown keys. An invalid response rejects its interaction. */
  respond(responses: RpcParams): void
  cancel(error: McpError): void
}

/** The end of a round. */
export type RoundEnd =
  | { readonly type: 'done'; readonly result: unknown }
  /** The method waits for responses of the client. */
  | { readonly type: 'requested' }
  /** The operation has ended with requests to the client. */
  | { readonly type: 'required'; readonly input: RequiredInput }

/** An interaction that waits for the response of the client. */
interface PendingInteraction {
  readonly request: ClientRequest
  readonly resolve: (response: InteractionResponse) => void
  readonly reject: (error: unknown) => void
}

/** Time to collect the interactions that a method requests at the same time, in milliseconds. */
const collectMs = 2

/** Maximum number of interactions of one call without a response. */
const maxPending = 64

export function createWaitingCall(
  round: Pick<Round, 'scope' | 'digest' | 'responses' | 'operationState'>,
  runMethod: RunMethod,
  clock: Clock,
): WaitingCall {
  const { scope, digest, responses } = round
  const controller = new AbortController()
  const pending = new Map<string, PendingInteraction>()
  const early = createEarlyResponses(responses)
  let current: Round | undefined
  let requestCount = 0
  let outcome: Promise<RoundEnd> | undefined
  let onRequest = (): void => {}

  const ask: Ask = (request) => {
    if (pending.size >= maxPending) {
      throw new McpError('rate-limited', `The call waits for ${maxPending} responses already.`)
    }
    requestCount += 1
    const key = keyOf(request, requestCount, pending)
    const response = early.take(key, request)
    if (response !== undefined) return Promise.resolve(response)
    const { promise, resolve, reject } = Promise.withResolvers<InteractionResponse>()
    pending.set(key, { request, resolve, reject })
    onRequest()
    return promise
  }

  function start(): Promise<RoundEnd> {
    const { rounds, required } = createRounds(round)
    const call = {
      signal: controller.signal,
      rounds,
      notify: (method: string, params: RpcParams) => current?.notify(method, params),
    }
    const running = runMethod(call, ask).then((result): RoundEnd => {
      const input = required()
      return input === undefined ? { type: 'done', result } : { type: 'required', input }
    })
    // A call that is cancelled between two rounds has no round that receives its error.
    running.catch(() => {})
    return running
  }

  async function nextEnd(): Promise<RoundEnd> {
    const { promise: nextRequest, resolve } = Promise.withResolvers<RoundEnd>()
    onRequest = () => resolve({ type: 'requested' })
    outcome ??= start()
    if (pending.size > 0) onRequest()
    const first = await Promise.race([outcome, nextRequest])
    if (first.type !== 'requested') return first
    const collected = new Promise<RoundEnd>((end) => {
      clock.after(collectMs, () => end(first))
    })
    return Promise.race([outcome, collected])
  }

  function cancel(error: McpError): void {
    controller.abort(error)
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  return {
    id: createId('round'),
    scope,
    digest,
    get isOpen() {
      return current !== undefined
    },
    requests: () => Object.fromEntries(Array.from(pending, ([key, { request }]) => [key, request])),
    async run(opened) {
      const onAbort = (): void => cancel(new McpError('cancelled', 'The client ended the call.'))
      current = opened
      opened.signal.addEventListener('abort', onAbort, { once: true })
      try {
        return await nextEnd()
      } finally {
        current = undefined
        opened.signal.removeEventListener('abort', onAbort)
      }
    },
    respond(responses) {
      for (const [key, { request, resolve, reject }] of pending) {
        const response = responses[key]
        if (typeof response !== 'object' || response === null) continue
        pending.delete(key)
        try {
          resolve(toInteractionResponse(request, { ...response }))
        } catch (thrown) {
          reject(thrown)
        }
      }
    },
    cancel,
  }
}

/** Returns the rounds of an operation, and the function that returns the requests with which it ended. */
function createRounds({ responses, operationState }: Pick<Round, 'responses' | 'operationState'>) {
  let required: RequiredInput | undefined
  const require = (input: RequiredInput): void => {
    required = input
  }
  return { rounds: { responses, state: operationState, require }, required: () => required }
}

/** Returns the key of an interaction. The key that the operation chose may be in use. */
function keyOf(
  { key, method }: ClientRequest,
  requestCount: number,
  pending: ReadonlyMap<string, unknown>,
): string {
  if (key === undefined) return `${method.replace(/\W/g, '_')}_${requestCount}`
  return pending.has(key) ? `${key}_${requestCount}` : key
}
