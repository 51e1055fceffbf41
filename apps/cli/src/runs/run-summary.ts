import type { RunView } from '@mcp/client/runs'

import { exitCodes, operationExitCode } from '../output/exit-codes.ts'
import { callName } from './call-text.ts'
import type { WatchedRun } from './watch-run.ts'

/** Returns the exit code of a run that has ended. */
export function exitCodeOfRun({ view, denied }: WatchedRun): number {
  if (denied.length > 0) return exitCodes.denied
  const { reason, error } = view
  if (reason === 'stopped') return exitCodes.interrupted
  if (reason !== 'answered') {
    return error === undefined ? exitCodes.operationFailed : operationExitCode(error)
  }
  // The response to a direct form is the result of its call.
  const outcome = view.provider === 'direct' ? lastOutcome(view) : undefined
  return outcome?.status === 'error' ? operationExitCode(outcome.error) : exitCodes.done
}

function lastOutcome({ items }: RunView) {
  return items.flatMap((item) => (item.kind === 'call' ? [item.outcome] : [])).at(-1)
}

/** Returns why a run ended before its response was complete, or undefined. */
export function incompleteNote(
  { reason, error }: RunView,
  remedy = 'Continue it with --continue.',
): string | undefined {
  switch (reason) {
    case 'answered':
    case 'stopped':
      return undefined
    case 'step-limit':
    case 'call-limit':
    case 'token-limit':
      return `The run has reached its ${reason.replace('-', ' ')}. ${remedy}`
    case 'repeated-call':
      return 'The run ended because the model repeated a call.'
    case 'length':
      return 'The response was cut off: it has reached the maximum length of the model.'
    case 'content-filter':
      return 'The provider ended the response because of its content.'
    default:
      return error === undefined ? 'The run failed.' : `${error.message} (${error.code})`
  }
}

/** Returns a run as one JSON value. */
export function summarizeRun(
  ids: { readonly conversationId: string; readonly runId: string },
  { view, denied }: WatchedRun,
) {
  const { items, reason, provider, model, usage, error, note } = view
  const texts = items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  const calls = items.flatMap((item) =>
    item.kind === 'call'
      ? [{ name: callName(item), arguments: item.arguments, outcome: item.outcome }]
      : [],
  )
  const response = texts.at(-1) ?? note ?? ''
  return { ...ids, response, reason, provider, model, usage, error, calls, denied }
}
