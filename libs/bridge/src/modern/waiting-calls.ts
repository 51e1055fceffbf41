import type { ReplicaCalls } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'
import type { Clock, RequiredInput } from '@mcp/protocol'

import { createRemoteRounds, refuseStart } from './remote-rounds.ts'
import type { RoundResult } from './round-result.ts'
import type { StateSeal } from './sealed-state.ts'
import type { Round, RunMethod, WaitingCall } from './waiting-call.ts'
import { createWaitingCall } from './waiting-call.ts'

/**
 * The calls of clients since 2026-07-28 that request interactions. Such a client responds to an interaction
 * by repeating the call with the response, so the call waits between two requests. It waits in the process
 * that runs it, and ends with that process. An operation that ends with requests to the client survives a
 * restart, because its state is part of the sealed state.
 */
export interface WaitingCalls {
  /**
   * Starts a call.
   *
   * @throws McpError `rate-limited` if too many other calls of the scope wait, `payload-too-large` if the state of
   * the operation is too large for a client to return, or the error of the operation.
   */
  start(round: Round, runMethod: RunMethod): Promise<RoundResult>
  /**
   * Continues a call with the responses of the client.
   *
   * @throws McpError `invalid-params` for a state of another call or caller, and for a state of a waiting call
   * that is not its latest one. `not-found` if the state has expired or the call no longer waits,
   * `upstream-error` after too many rounds, or an error of `start`.
   */
  resume(round: Round, state: string, runMethod: RunMethod): Promise<RoundResult>
  /** Cancels all calls that wait between two rounds. */
  close(): void
}

export interface WaitingCallsOptions {
  readonly seal: StateSeal
  readonly clock: Clock
  /** Calls to the other processes that serve the same clients, if there can be such processes. */
  readonly replicas?: ReplicaCalls | undefined
  /** Maximum number of calls of one scope that wait. */
  readonly maxPerScope: number
  /** Maximum time that a call waits for the responses, in milliseconds. */
  readonly waitMs: number
}

interface Waiting {
  readonly call: WaitingCall
  /** Number of the current round. The state of an earlier round is refused. */
  readonly round: number
  readonly stopTimer: () => void
}

/** Maximum number of rounds of a call whose operation ends with requests to the client. */
const maxRequiredRounds = 16

export function createWaitingCalls(options: WaitingCallsOptions): WaitingCalls {
  const { seal, clock, replicas, maxPerScope, waitMs } = options
  const waiting = new Map<string, Waiting>()
  const remote =
    replicas &&
    createRemoteRounds(replicas, {
      has: (callId) => waiting.has(callId),
      resume: (round, state) => resume(round, state, refuseStart),
    })

  async function run(call: WaitingCall, round: Round, rounds: number): Promise<RoundResult> {
    let ended
    try {
      ended = await call.run(round)
      if (ended.type === 'requested') assertCapacity(waiting.values(), call, maxPerScope)
    } catch (thrown) {
      waiting.delete(call.id)
      call.cancel(McpError.from(thrown))
      throw thrown
    }
    if (ended.type === 'requested') return wait(call, round, rounds)
    waiting.delete(call.id)
    return ended.type === 'required' ? require(round, ended.input, rounds) : ended
  }

  /** Keeps a call until the client responds, and seals its state. */
  async function wait(call: WaitingCall, round: Round, rounds: number): Promise<RoundResult> {
    const { id: callId, scope, digest } = call
    const end = (error: McpError): void => {
      stopTimer()
      waiting.delete(callId)
      call.cancel(error)
    }
    const stopTimer = clock.after(waitMs, () => end(unanswered()))
    waiting.set(callId, { call, round: rounds, stopTimer })
    const expiresAt = clock.now() + waitMs
    const inputRequests = call.requests()
    try {
      const requestState = await seal.seal({ callId, round: rounds, expiresAt, scope, digest })
      // Without its connection, the client does not receive the state, so it cannot continue the call.
      if (round.signal.aborted) end(new McpError('cancelled', 'The client ended the call.'))
      return { type: 'input-required', inputRequests, requestState }
    } catch (thrown) {
      end(McpError.from(thrown))
      throw thrown
    }
  }

  /** Seals the state of an operation that has ended with requests to the client. */
  async function require(
    { scope, digest }: Round,
    { requests: inputRequests, state: operationState }: RequiredInput,
    round: number,
  ): Promise<RoundResult> {
    if (round >= maxRequiredRounds) throw tooManyRounds()
    const expiresAt = clock.now() + waitMs
    const relayed = { state: operationState }
    const state = { callId: '', round, expiresAt, scope, digest, relayed }
    return { type: 'input-required', inputRequests, requestState: await seal.seal(state) }
  }

  async function resume(round: Round, text: string, runMethod: RunMethod): Promise<RoundResult> {
    const state = await seal.open(text)
    if (state?.scope !== round.scope || state.digest !== round.digest) throw invalidState()
    if (state.relayed !== undefined) {
      if (state.expiresAt <= clock.now()) throw noLongerWaiting()
      const continued = { ...round, operationState: state.relayed.state }
      return run(createWaitingCall(continued, runMethod, clock), continued, state.round + 1)
    }
    const found = waiting.get(state.callId)
    if (state.expiresAt <= clock.now()) throw noLongerWaiting()
    if (found === undefined) {
      const elsewhere = await remote?.resume(state.callId, round, text)
      if (elsewhere === undefined) throw noLongerWaiting()
      return elsewhere
    }
    const { call, stopTimer } = found
    if (found.round !== state.round || call.isOpen) throw usedState()
    stopTimer()
    call.respond(round.responses)
    return run(call, round, state.round + 1)
  }

  return {
    start: (round, runMethod) => run(createWaitingCall(round, runMethod, clock), round, 1),
    resume,
    close() {
      for (const { call, stopTimer } of waiting.values()) {
        stopTimer()
        call.cancel(shuttingDown())
      }
      waiting.clear()
    },
  }
}

/** @throws McpError `rate-limited` if too many other calls of the same scope wait. */
function assertCapacity(
  waiting: Iterable<Waiting>,
  { id, scope }: WaitingCall,
  maxPerScope: number,
): void {
  let count = 0
  for (const { call } of waiting) if (call.scope === scope && call.id !== id) count += 1
  if (count < maxPerScope) return
  throw new McpError(
    'rate-limited',
    `${maxPerScope} calls wait for responses of this client. Respond to them or cancel them first.`,
  )
}

function tooManyRounds(): McpError {
  return new McpError(
    'upstream-error',
    `The operation still requests interactions after ${maxRequiredRounds} rounds. The call was ended.`,
    { retryable: false },
  )
}

function unanswered(): McpError {
  return new McpError(
    'timeout',
    'The client did not respond to the interactions of the call in time.',
  )
}

function shuttingDown(): McpError {
  return new McpError('unavailable', 'The process is shutting down.')
}

/** Creates the error for a state that was changed, or that belongs to another call or caller. */
export function invalidState(): McpError {
  return new McpError('invalid-params', 'Invalid or expired requestState', {
    details: { reason: 'invalid_request_state' },
  })
}

function noLongerWaiting(): McpError {
  return new McpError(
    'not-found',
    'The call no longer waits for responses: it has ended, or the process that ran it has ended. Repeat it without requestState.',
    { details: { reason: 'call-ended' } },
  )
}

function usedState(): McpError {
  return new McpError('invalid-params', 'This requestState was used before.', {
    details: { reason: 'used-request-state' },
  })
}
