import type { AgentEvent } from '@mcp/protocol/agent'

/** Shows that a run waits for the model, until there is something to print. */
export interface WaitingNote {
  /** Hides the note, and shows it later if the event starts a wait. */
  handle(event: AgentEvent): void
  end(): void
}

const delayMs = 1000
const text = 'Waiting for the model …'

/** Creates the note of a run. It is on the last line of the terminal and is removed again. */
export function createWaitingNote(
  output: { write(text: string): unknown },
  { hasColor, waitMs = delayMs }: { readonly hasColor: boolean; readonly waitMs?: number },
): WaitingNote {
  let isShown = false
  let timer: NodeJS.Timeout | undefined
  function end(): void {
    clearTimeout(timer)
    if (isShown) output.write('\r\u001b[K')
    isShown = false
  }
  return {
    end,
    handle(event) {
      // Pieces of arguments print nothing, so the wait goes on.
      if (event.type === 'arguments-delta') return
      end()
      if (event.type !== 'step-started') return
      timer = setTimeout(() => {
        output.write(hasColor ? `\u001b[2m${text}\u001b[0m` : text)
        isShown = true
      }, waitMs)
    },
  }
}
