import type { ErrorBody } from '@mcp/protocol'
import type {
  AgentEvent,
  ApprovalDecision,
  AttachmentSummary,
  CallSummary,
  ModelUsage,
  RunEndReason,
} from '@mcp/protocol/agent'

type EventOf<Type extends AgentEvent['type']> = Extract<AgentEvent, { readonly type: Type }>

/** A call of a run. */
export interface RunCall {
  readonly kind: 'call'
  readonly callId: string
  readonly step: number
  readonly tool: string
  readonly server?: string | undefined
  readonly operation?: string | undefined
  /** The arguments as the model writes them, until they are complete. */
  readonly argumentsText: string
  readonly arguments?: unknown
  readonly state: 'writing' | 'proposed' | 'approval' | 'running' | 'finished'
  /** The open request for approval. */
  readonly approval?: EventOf<'approval-required'> | undefined
  readonly decision?: ApprovalDecision | undefined
  readonly decidedBy?: EventOf<'approval-decided'>['by'] | undefined
  readonly progress?: EventOf<'call-progress'> | undefined
  readonly outcome?: CallSummary | undefined
  readonly durationMs?: number | undefined
}

/** An entry of a run. The entries of a run are in the order in which they began. */
export type RunItem =
  | { readonly kind: 'text' | 'reasoning'; readonly step: number; readonly text: string }
  | RunCall
  | { readonly kind: 'retry'; readonly retry: EventOf<'retry-scheduled'> }
  | { readonly kind: 'compacted'; readonly results: number; readonly turns: number }

/** A run as its events describe it. */
export interface RunView {
  readonly state: 'waiting' | 'running' | 'finished'
  readonly prompt?: string | undefined
  /** Id of the user message, for `retry` and `edit`. */
  readonly messageId?: string | undefined
  readonly attachments?: readonly AttachmentSummary[] | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly items: readonly RunItem[]
  readonly usage?: ModelUsage | undefined
  readonly reason?: RunEndReason | undefined
  readonly error?: ErrorBody | undefined
  readonly note?: string | undefined
}

/** The view of a run without events. */
export const emptyRun: RunView = { state: 'waiting', items: [] }

/**
 * Returns the view after one more event. Earlier views do not change.
 *
 * @example
 * const view = events.reduce(foldRun, emptyRun)
 */
export function foldRun(view: RunView, event: AgentEvent): RunView {
  switch (event.type) {
    case 'run-started': {
      const { prompt = view.prompt, messageId, attachments, provider, model } = event
      return { ...view, state: 'running', prompt, messageId, attachments, provider, model }
    }
    case 'text-delta':
      return appendText(view, 'text', event)
    case 'reasoning-delta':
      return appendText(view, 'reasoning', event)
    case 'retry-scheduled':
      return append(view, { kind: 'retry', retry: event })
    case 'history-compacted':
      return append(view, { kind: 'compacted', results: event.results, turns: event.turns })
    case 'run-finished': {
      const { usage, reason, error, note, model = view.model } = event
      return { ...view, state: 'finished', usage, reason, error, note, model }
    }
    case 'step-started':
    case 'step-finished':
      return view
    case 'arguments-delta':
    case 'call-proposed':
      return foldCall(withCall(view, event), event)
    default:
      return foldCall(view, event)
  }
}

type CallEvent = Extract<AgentEvent, { readonly callId: string }>

function foldCall(view: RunView, event: CallEvent): RunView {
  const items = view.items.map((item) =>
    item.kind === 'call' && item.callId === event.callId ? changeCall(item, event) : item,
  )
  return { ...view, items }
}

function changeCall(call: RunCall, event: CallEvent): RunCall {
  switch (event.type) {
    case 'arguments-delta':
      return { ...call, argumentsText: call.argumentsText + event.text }
    case 'call-proposed': {
      const { tool, server, operation } = event
      return { ...call, tool, server, operation, arguments: event.arguments, state: 'proposed' }
    }
    case 'approval-required':
      return { ...call, state: 'approval', approval: event }
    case 'approval-decided': {
      const { decision, by: decidedBy, arguments: changed = call.arguments } = event
      const decided = { approval: undefined, decision, decidedBy, arguments: changed }
      return { ...call, state: 'proposed', ...decided }
    }
    case 'call-started':
      return { ...call, state: 'running' }
    case 'call-progress':
      return { ...call, progress: event }
    case 'call-finished': {
      const { outcome, durationMs } = event
      return { ...call, state: 'finished', approval: undefined, outcome, durationMs }
    }
  }
}

/** Adds the call of an event unless the run has it already. */
function withCall(
  view: RunView,
  { callId, step, tool }: EventOf<'arguments-delta'> | EventOf<'call-proposed'>,
): RunView {
  if (view.items.some((item) => item.kind === 'call' && item.callId === callId)) return view
  return append(view, { kind: 'call', callId, step, tool, argumentsText: '', state: 'writing' })
}

function appendText(
  view: RunView,
  kind: 'text' | 'reasoning',
  { step, text }: { readonly step: number; readonly text: string },
): RunView {
  const last = view.items.at(-1)
  if (last === undefined || last.kind !== kind || last.step !== step) {
    return append(view, { kind, step, text })
  }
  return { ...view, items: [...view.items.slice(0, -1), { kind, step, text: last.text + text }] }
}

function append(view: RunView, item: RunItem): RunView {
  return { ...view, items: [...view.items, item] }
}
