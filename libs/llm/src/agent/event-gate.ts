import type { Clock } from '@mcp/protocol'
import type { AgentEvent } from '@mcp/protocol/agent'

/** Time for which pieces of text are gathered, in milliseconds. */
const gatherMs = 30

type Delta = Extract<AgentEvent, { readonly text: string }>

/** Emits the events of a run. */
export interface AgentEvents {
  emit(event: AgentEvent): void
}

/**
 * Creates an emitter that gathers adjacent pieces of the same text for at most 30 ms. Each event costs
 * more than the few characters of a piece.
 */
export function createEventGate(
  onEvent: ((event: AgentEvent) => void) | undefined,
  clock: Clock,
): AgentEvents {
  if (onEvent === undefined) return { emit() {} }
  const send = onEvent
  let gathered: Delta | undefined
  let pieces: string[] = []
  let cancel = (): void => {}

  function flush(): void {
    cancel()
    if (gathered === undefined) return
    const event = { ...gathered, text: pieces.join('') }
    gathered = undefined
    pieces = []
    send(event)
  }

  return {
    emit(event) {
      if (!('text' in event)) {
        flush()
        send(event)
        return
      }
      if (event.text === '') return
      if (gathered !== undefined && !isSameText(gathered, event)) flush()
      if (gathered === undefined) {
        gathered = event
        cancel = clock.after(gatherMs, flush)
      }
      pieces.push(event.text)
    },
  }
}

function isSameText(left: Delta, right: Delta): boolean {
  if (left.type === 'arguments-delta') {
    return right.type === 'arguments-delta' && right.callId === left.callId
  }
  return left.type === right.type && left.step === right.step
}
