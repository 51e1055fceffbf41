import type { RunCall } from '@mcp/client/runs'

import { briefText } from '../../results/cut-text.ts'

/** Returns the name of a call, such as `roots.readFile`. */
export function callName({ server, operation, tool }: RunCall): string {
  return server === undefined || operation === undefined ? tool : `${server}.${operation}`
}

const maxValue = 60
const maxNamed = 10

/** Returns the arguments of a call in brief, such as `path: notes.md, limit: 5`. */
export function briefArguments({ arguments: args, argumentsText }: RunCall): string {
  if (args === undefined) return argumentsText.slice(0, maxValue * 3)
  if (typeof args !== 'object' || args === null) return briefText(args, maxValue)
  return Object.entries(args)
    .slice(0, maxNamed)
    .map(([name, value]) => `${name}: ${briefText(value, maxValue)}`)
    .join(', ')
}

export interface CallState {
  readonly tone: 'neutral' | 'active' | 'waiting' | 'good' | 'bad'
  readonly text: string
}

/** Returns the state of a call in words. */
export function callState({ state, outcome, decision, decidedBy }: RunCall): CallState {
  switch (state) {
    case 'writing':
      return { tone: 'active', text: 'Writing' }
    case 'proposed':
      return { tone: 'neutral', text: decision === undefined ? 'Next' : 'Allowed' }
    case 'approval':
      return { tone: 'waiting', text: 'Waits for you' }
    case 'running':
      return { tone: 'active', text: 'Running' }
    case 'finished': {
      if (decision === 'deny') {
        return { tone: 'bad', text: decidedBy === 'expired' ? 'Expired' : 'Denied' }
      }
      return outcome?.status === 'error'
        ? { tone: 'bad', text: 'Failed' }
        : { tone: 'good', text: 'Done' }
    }
  }
}

/**
 * Returns the text for the user about a denied call, or undefined. The recorded message is written for the
 * model.
 */
export function denialText({ decision, decidedBy }: RunCall): string | undefined {
  if (decision !== 'deny') return undefined
  if (decidedBy === 'user') return 'You denied this call.'
  return decidedBy === 'expired' ? 'Denied: no decision came in time.' : undefined
}
