import { createCallId } from '../openai-compatible/tool-call-pieces.ts'

interface StartedCall {
  /** Unique id in the response. */
  readonly id: string
  readonly name: string
}

/** Assigns unique ids to the calls of a response. Some models use an id several times in one response. */
export interface CallParts {
  /** Starts a call whose arguments follow in pieces. */
  start(providerId: string, name: string): StartedCall
  /** Returns the last call that started with an id. Later pieces with this id belong to it. */
  last(providerId: string): StartedCall
  /** Returns the unique id of a complete call. Calls with the same id complete in the order of their start. */
  complete(providerId: string): string
}

export function createCallParts(): CallParts {
  const ids = new Set<string>()
  const started = new Map<string, StartedCall>()
  /** Unique ids of the calls that started and are not complete, by the id of the provider. */
  const pending = new Map<string, string[]>()

  function uniqueId(providerId: string): string {
    const id = ids.has(providerId) ? createCallId() : providerId
    ids.add(id)
    return id
  }

  function start(providerId: string, name: string): StartedCall {
    const call = { id: uniqueId(providerId), name }
    started.set(providerId, call)
    pending.set(providerId, [...(pending.get(providerId) ?? []), call.id])
    return call
  }

  return {
    start,
    last: (providerId) => started.get(providerId) ?? start(providerId, ''),
    complete: (providerId) => pending.get(providerId)?.shift() ?? uniqueId(providerId),
  }
}
