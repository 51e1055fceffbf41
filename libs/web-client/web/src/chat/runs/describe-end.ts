import type { RunView } from '@mcp/client/runs'
import type { ErrorBody } from '@mcp/protocol'
import type { RunEndReason } from '@mcp/protocol/agent'

/** Action that the user can take after a run. */
export type EndAction = 'continue' | 'retry' | 'models'

/** The end of a run that is not complete. */
export interface RunEnd {
  readonly tone: 'neutral' | 'warning' | 'error'
  readonly text: string
  /** Possible actions, the most useful first. */
  readonly actions: readonly EndAction[]
}

type IncompleteReason = Exclude<RunEndReason, 'answered' | 'failed'>

const canContinue = 'The run can continue from here.'

const ends: Readonly<Record<IncompleteReason, RunEnd>> = {
  stopped: { tone: 'neutral', text: 'Stopped.', actions: ['continue', 'retry'] },
  interrupted: {
    tone: 'warning',
    text: 'Interrupted: the client app ended during this run.',
    actions: ['continue', 'retry'],
  },
  'step-limit': {
    tone: 'warning',
    text: `The limit of steps is reached. ${canContinue}`,
    actions: ['continue'],
  },
  'call-limit': {
    tone: 'warning',
    text: `The limit of calls is reached. ${canContinue}`,
    actions: ['continue'],
  },
  'token-limit': {
    tone: 'warning',
    text: `The limit of tokens is reached. ${canContinue}`,
    actions: ['continue'],
  },
  'repeated-call': {
    tone: 'warning',
    text: 'Ended because the model repeated the same calls.',
    actions: ['continue', 'retry'],
  },
  length: {
    tone: 'warning',
    text: 'The response reached the maximum length of the model.',
    actions: ['continue'],
  },
  'content-filter': {
    tone: 'warning',
    text: 'The content filter of the provider ended the response.',
    actions: ['retry'],
  },
}

/** Returns how a run ended, or undefined if it is in progress or complete. */
export function describeEnd({ state, reason, error, note }: RunView): RunEnd | undefined {
  if (state !== 'finished' || reason === undefined) return undefined
  if (reason === 'answered') {
    return note === undefined ? undefined : { tone: 'neutral', text: note, actions: ['retry'] }
  }
  if (reason === 'failed') return describeFailure(error)
  return ends[reason]
}

function describeFailure(error: ErrorBody | undefined): RunEnd {
  if (error === undefined) return { tone: 'error', text: 'The run failed.', actions: ['retry'] }
  const { code, message } = error
  const concernsModels = ['unauthenticated', 'forbidden', 'not-found', 'invalid-params'].includes(
    code,
  )
  const actions: EndAction[] = concernsModels
    ? ['models', 'retry']
    : ['retry', 'continue', 'models']
  return { tone: 'error', text: message, actions }
}
