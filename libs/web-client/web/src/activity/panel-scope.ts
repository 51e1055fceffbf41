import { link } from '../frame/addresses.ts'

/** Contents of the panel beside a view. */
export interface PanelScope {
  /** Subject of the view. Undefined if the view is about all exchanges. */
  readonly title: string | undefined
  /** Id of the conversation whose runs are shown. */
  readonly conversation: string | undefined
  /** Text of the filter that selects the exchanges of the view. */
  readonly filter: string
}

/** Returns the exchanges that belong to the view of an address. */
export function scopeOf(address: string): PanelScope {
  const [view, first, ...rest] = address.split('/').filter(Boolean).map(decode)
  const all: PanelScope = { title: undefined, conversation: undefined, filter: '' }
  switch (view) {
    case 'chat':
      if (first === undefined) return all
      return { ...all, title: 'this conversation', conversation: first }
    case 'console': {
      if (first === undefined) return all
      const operation = rest.join('/')
      if (operation === '') return { ...all, title: first, filter: `server:${first}` }
      return { ...all, title: operation, filter: `server:${first} operation:${operation}` }
    }
    case 'database':
      return { ...all, title: 'the database', filter: 'server:database' }
    case 'files':
      return { ...all, title: 'files and resources', filter: 'server:roots,resources' }
    default:
      return all
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A user may type any address.
    return segment
  }
}

/** Returns the address of the same exchanges in the view of the activity. */
export function activityAddress({ conversation, filter }: Omit<PanelScope, 'title'>): string {
  const query = new URLSearchParams({
    ...(conversation !== undefined && { conversation }),
    ...(filter !== '' && { filter }),
  })
  return link('activity') + (query.size === 0 ? '' : `?${query}`)
}
