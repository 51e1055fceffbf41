import type { RunCall } from '@mcp/client/runs'

/** Returns the name of a call, such as `roots.readFile`. */
export function callName({ server, operation, tool }: RunCall): string {
  return server === undefined || operation === undefined ? tool : `${server}.${operation}`
}

const maxValue = 60

/** Returns the arguments of a call in brief, such as `path: notes.md, limit: 5`. */
export function briefArguments({ arguments: args, argumentsText }: RunCall): string {
  if (args === undefined) return argumentsText.slice(0, maxValue * 3)
  if (typeof args !== 'object' || args === null) return JSON.stringify(args)
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${brief(value)}`)
    .join(', ')
}

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= maxValue ? line : `${line.slice(0, maxValue - 1)}…`
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
