import { McpError } from '@mcp/protocol'

/** Things of one kind that a session holds, by ids that name this instance of the server. */
export interface Handles<Thing> {
  add(thing: Thing): string
  /**
   * @throws McpError `not-found`, reason `replica-lost` where another instance made the id; or the
   *   reason for which it was removed.
   */
  get(id: string): Thing
  /** Forgets the thing, and remembers for a while what to say of it. */
  remove(id: string, reason: McpError): void
  values(): Iterable<Thing>
  readonly size: number
}

export interface HandlesOptions {
  /** Such as `transaction`: what ids begin with, and what messages call it. */
  readonly kind: string
  /** Id of this instance of the server, in letters and digits. */
  readonly instance: string
}

/** Maximum number of removed ids whose reason is retained. */
const maxGone = 100

export function createHandles<Thing>({ kind, instance }: HandlesOptions): Handles<Thing> {
  const things = new Map<string, Thing>()
  const gone = new Map<string, McpError>()

  return {
    add(thing) {
      const id = `${kind}-${instance}-${crypto.randomUUID()}`
      things.set(id, thing)
      return id
    },
    get(id) {
      const thing = things.get(id)
      if (thing !== undefined) return thing
      throw gone.get(id) ?? unknownHandle(id, { kind, instance })
    },
    remove(id, reason) {
      if (!things.delete(id)) return
      gone.set(id, reason)
      const [oldest] = gone.keys()
      if (gone.size > maxGone && oldest !== undefined) gone.delete(oldest)
    },
    values: () => things.values(),
    get size() {
      return things.size
    },
  }
}

function unknownHandle(id: string, { kind, instance }: HandlesOptions): McpError {
  const made = new RegExp(`^${kind}-([a-z0-9]+)-`).exec(id)?.[1]
  if (made !== undefined && made !== instance) {
    return new McpError(
      'not-found',
      `The ${kind} was held by a server that is gone, and with it the ${kind}. Begin anew.`,
      { details: { reason: 'replica-lost' } },
    )
  }
  return new McpError('not-found', `This session has no such ${kind}.`, {
    details: { reason: `${kind}-not-found` },
  })
}
