import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

import type { ConnectionSlotsOptions, Slot } from './connection-slots.ts'
import { createConnectionSlots } from './connection-slots.ts'

/** A connection in use. Call `release` once. */
export interface PooledConnection<Value> {
  readonly value: Value
  readonly release: () => void
}

export interface ConnectionPoolOptions<Value> extends Omit<
  ConnectionSlotsOptions<Value>,
  'onFree'
> {
  /** Maximum number of open connections. */
  readonly maxConnections: number
}

export interface AcquireOptions {
  /** Whether the call may close a persistent connection. Default: true. */
  readonly mayClosePersistent?: boolean | undefined
}

/** Connections by key. Callers with the same key share one. */
export interface ConnectionPool<Value> {
  /**
   * Returns the connection of a key, and opens it if necessary. Concurrent callers share one attempt. If the
   * pool is full, an idle connection of another key is closed, a persistent one only if no other is idle. Otherwise,
   * the call waits until a connection is idle.
   *
   * @throws the error of `open`, the reason of the signal, or McpError `unavailable` after `close`.
   */
  acquire(
    key: string,
    signal: AbortSignal,
    options?: AcquireOptions,
  ): Promise<PooledConnection<Value>>
  /** Closes the connection of a key as soon as it is not in use. */
  retire(key: string): void
  /** Closes each connection as soon as it is not in use. */
  retireAll(): void
  /** Removes a connection that is no longer usable, and closes it. Its calls in flight fail. */
  discard(value: Value): void
  size(): number
  close(): Promise<void>
}

/** Creates a pool without connections. */
export function createConnectionPool<Value>(
  options: ConnectionPoolOptions<Value>,
): ConnectionPool<Value> {
  const { maxConnections, isOpen, isPersistent } = options
  const waiters = new Set<() => void>()
  const slots = createConnectionSlots<Value>({ ...options, onFree: wake })
  let isClosed = false

  function wake(): void {
    for (const waiter of waiters) waiter()
    waiters.clear()
  }

  function makeRoom(mayClosePersistent: boolean): boolean {
    if (slots.size < maxConnections) return true
    const allIdle = slots
      .all()
      .filter(({ users, value }) => users === 0 && value !== undefined)
      .toSorted((left, right) => left.usedAt - right.usedAt)
    const idle =
      allIdle.find(({ key }) => !isPersistent(key)) ?? (mayClosePersistent ? allIdle[0] : undefined)
    if (idle === undefined) return false
    slots.remove(idle)
    return true
  }

  function retire(slot: Slot<Value>): void {
    slot.isRetired = true
    if (slot.users === 0) slots.remove(slot)
  }

  async function waitForRoom(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiters.add(resolve)
    await abortable(promise, signal).finally(() => waiters.delete(resolve))
  }

  async function slotFor(
    key: string,
    signal: AbortSignal,
    { mayClosePersistent = true }: AcquireOptions,
  ): Promise<Slot<Value>> {
    for (;;) {
      if (isClosed) throw new McpError('unavailable', 'The server is shutting down.')
      const found = slots.get(key)
      const isUsable = found?.value === undefined || isOpen(found.value)
      if (found !== undefined && isUsable && !found.isRetired) return found
      if (found !== undefined && !isUsable) slots.remove(found)
      if (slots.get(key) === undefined && makeRoom(mayClosePersistent)) return slots.create(key)
      await waitForRoom(signal)
    }
  }

  return {
    async acquire(key, signal, acquireOptions = {}) {
      const slot = await slotFor(key, signal, acquireOptions)
      slot.users += 1
      slot.stopTimer()
      let isReleased = false
      const release = (): void => {
        if (isReleased) return
        isReleased = true
        slot.users -= 1
        if (slot.users === 0 && slots.get(slot.key) === slot) slots.becomeIdle(slot)
      }
      try {
        return { value: await abortable(slot.opening, signal), release }
      } catch (thrown) {
        release()
        throw thrown
      }
    },
    retire(key) {
      const slot = slots.get(key)
      if (slot !== undefined) retire(slot)
    },
    retireAll: () => slots.all().forEach(retire),
    discard(value) {
      for (const slot of slots.all()) if (slot.value === value) slots.remove(slot)
    },
    size: () => slots.size,
    async close() {
      isClosed = true
      for (const slot of slots.all()) slots.remove(slot)
      await slots.closed()
    },
  }
}
