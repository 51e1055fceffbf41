import type { RunCall, RunView } from '@mcp/client/runs'
import type { AgentEvent } from '@mcp/protocol/agent'

import type { Output } from '../output/output.ts'
import { callLine, callName } from './call-text.ts'

/** Prints a run while it is in progress. */
export interface RunPrinter {
  /** Prints an event. `view` is the view of the run after the event. */
  print(event: AgentEvent, view: RunView): void
  /** Ends an unfinished line, so that a prompt or a message can follow. */
  endLine(): void
}

/**
 * Creates a printer. The text of the model is printed on standard output as it arrives, and so is the note at
 * the end of a run. Calls, denials, retries, reasoning and remarks are printed on standard error.
 */
export function createRunPrinter(output: Pick<Output, 'text' | 'note' | 'aside'>): RunPrinter {
  // Kind of the content of the unfinished line; undefined at the start of a line.
  let open: 'text' | 'reasoning' | undefined
  let textStep: number | undefined
  const printedProgress = new Map<string, string>()

  function endLine(): void {
    if (open === 'text') output.text('\n')
    else if (open === 'reasoning') output.aside('\n')
    open = undefined
  }

  function write(kind: 'text' | 'reasoning', text: string): void {
    if (text === '') return
    if (open !== kind) endLine()
    if (kind === 'text') output.text(text)
    else output.aside(text)
    open = text.endsWith('\n') ? undefined : kind
  }

  function note(text: string): void {
    endLine()
    output.note(text)
  }

  function printCall(event: AgentEvent, call: RunCall): void {
    switch (event.type) {
      case 'call-proposed':
        return note(`> ${callLine(call)}`)
      case 'call-progress': {
        const { callId, message } = event
        if (message === undefined || printedProgress.get(callId) === message) return
        printedProgress.set(callId, message)
        return note(`  ${callName(call)}: ${message}`)
      }
      case 'approval-decided':
        if (event.decision !== 'deny') return
        return note(`  ${callName(call)} was denied${byText[event.by] ?? ''}.`)
      case 'call-finished':
        if (event.outcome.status === 'success' || call.decision === 'deny') return
        return note(`  ${callName(call)} failed: ${event.outcome.error.message}`)
      default:
    }
  }

  return {
    endLine,
    print(event, view) {
      switch (event.type) {
        case 'text-delta':
          // The texts of two steps are separate paragraphs.
          if (textStep !== undefined && textStep !== event.step) {
            endLine()
            output.text('\n')
          }
          textStep = event.step
          return write('text', event.text)
        case 'reasoning-delta':
          return write('reasoning', event.text)
        case 'retry-scheduled': {
          const seconds = Math.ceil(event.delayMs / 1000)
          return note(`The provider failed: ${event.error.message} Retry in ${seconds} s.`)
        }
        case 'history-compacted':
          return note('The model receives a shortened history of this conversation.')
        case 'step-finished':
          if (event.isCut === true) note('The response is incomplete: it was cut off.')
          return
        case 'run-finished':
          endLine()
          if (event.note !== undefined) output.text(`${event.note}\n`)
          return
        default: {
          if (!('callId' in event)) return
          const call = view.items.find(
            (item) => item.kind === 'call' && item.callId === event.callId,
          )
          if (call?.kind === 'call') printCall(event, call)
        }
      }
    },
  }
}

const byText: Readonly<Record<string, string>> = {
  expired: ', because no decision came in time',
  policy: ' by the policy',
}
