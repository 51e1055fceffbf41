import { McpError } from '@mcp/protocol'

/** Values of one kind in a session. Their ids contain the id of this server instance. */
export interface HandleMap<Value> {
  add(value: Value): string
  /**
   * @throws McpError `not-found`, if the id is unknown. The reason is `replica-lost` if another instance of
   *   the server created the id.
   * @throws McpError The `reason` that was passed to `remove`, if the value was removed.
   */
  get(id: string): Value
  /** Removes the value. Later calls of `get` throw `reason`, until 100 other values are removed. */
  remove(id: string, reason: McpError): void
  values(): Iterable<Value>
  readonly size: number
}

export interface HandleMapOptions {
  /** Prefix of the ids and name in messages, such as `transaction`. */
  readonly kind: string
  /** Id of this instance of the server, in letters and digits. */
  readonly instance: string
}

/** Maximum number of removed ids whose reasons are retained. */
const maxRemoved = 100

export function createHandleMap<Value>({ kind, instance }: HandleMapOptions): HandleMap<Value> {
  const valuesById = new Map<string, Value>()
  const removed = new Map<string, McpError>()

  return {
    add(value) {
      const id = `${kind}-${instance}-${crypto.randomUUID()}`
      valuesById.set(id, value)
      return id
    },
    get(id) {
      const value = valuesById.get(id)
      if (value !== undefined) return value
      throw removed.get(id) ?? unknownHandle(id, { kind, instance })
    },
    remove(id, reason) {
      if (!valuesById.delete(id)) return
      removed.set(id, reason)
      const [oldest] = removed.keys()
      if (removed.size > maxRemoved && oldest !== undefined) removed.delete(oldest)
    },
    values: () => valuesById.values(),
    get size() {
      return valuesById.size
    },
  }
}

function unknownHandle(id: string, { kind, instance }: HandleMapOptions): McpError {
  const creator = new RegExp(`^${kind}-([a-z0-9]+)-`).exec(id)?.[1]
  if (creator !== undefined && creator !== instance) {
    return new McpError(
      'not-found',
      `The server instance of this ${kind} has stopped, and the ${kind} was lost with it. Begin another one.`,
      { details: { reason: 'replica-lost' } },
    )
  }
  return new McpError('not-found', `This session has no ${kind} with that id.`, {
    details: { reason: `${kind}-not-found` },
  })
}
