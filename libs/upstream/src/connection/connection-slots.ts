import type { Clock } from '@mcp/protocol'

/** The place of one connection in a pool, from the start of its opening to its end. */
export interface Slot<Value> {
  readonly key: string
  readonly opening: Promise<Value>
  value: Value | undefined
  users: number
  isRetired: boolean
  usedAt: number
  stopTimer: () => void
}

export interface ConnectionSlotsOptions<Value> {
  readonly clock: Clock
  /** Time after which an unused connection is closed, in milliseconds. */
  readonly idleTimeoutMs: number
  readonly open: (key: string) => Promise<Value>
  readonly isOpen: (value: Value) => boolean
  readonly close: (value: Value) => Promise<void>
  /** Whether the connection of a key stays open without users. */
  readonly isPersistent: (key: string) => boolean
  /** Called when a slot becomes free or idle. */
  readonly onFree: () => void
}

/** The slots of a pool by key. */
export interface ConnectionSlots<Value> {
  get(key: string): Slot<Value> | undefined
  all(): readonly Slot<Value>[]
  readonly size: number
  /** Starts to open a connection. */
  create(key: string): Slot<Value>
  /**
   * Starts the idle time of a slot without users. A persistent connection gets another idle time when it ends. Removes a slot that is retired or whose connection has
   * closed.
   */
  becomeIdle(slot: Slot<Value>): void
  /** Removes a slot, and closes its connection. */
  remove(slot: Slot<Value>): void
  /** Resolves after all connections of removed slots are closed. */
  closed(): Promise<void>
}

export function createConnectionSlots<Value>(
  options: ConnectionSlotsOptions<Value>,
): ConnectionSlots<Value> {
  const { clock, idleTimeoutMs, open, isOpen, close, isPersistent, onFree } = options
  const slots = new Map<string, Slot<Value>>()
  const closing = new Set<Promise<unknown>>()

  function remove(slot: Slot<Value>): void {
    slot.stopTimer()
    if (slots.get(slot.key) === slot) slots.delete(slot.key)
    if (slot.value !== undefined) track(close(slot.value))
    onFree()
  }

  function track(work: Promise<unknown>): void {
    const settled = work.catch(() => {}).finally(() => closing.delete(settled))
    closing.add(settled)
  }

  async function watch(slot: Slot<Value>): Promise<void> {
    try {
      slot.value = await slot.opening
    } catch {
      // The callers that wait for the slot receive the error.
      remove(slot)
      return
    }
    // The slot was removed while its connection was being opened.
    if (slots.get(slot.key) !== slot) track(close(slot.value))
    else if (slot.users === 0) becomeIdle(slot)
  }

  function becomeIdle(slot: Slot<Value>): void {
    slot.usedAt = clock.now()
    if (slot.isRetired || (slot.value !== undefined && !isOpen(slot.value))) remove(slot)
    else startIdleTime(slot)
    onFree()
  }

  function startIdleTime(slot: Slot<Value>): void {
    slot.stopTimer = clock.after(idleTimeoutMs, () => {
      if (isPersistent(slot.key)) startIdleTime(slot)
      else remove(slot)
    })
  }

  return {
    get: (key) => slots.get(key),
    all: () => [...slots.values()],
    get size() {
      return slots.size
    },
    create(key) {
      const slot: Slot<Value> = {
        key,
        opening: open(key),
        value: undefined,
        users: 0,
        isRetired: false,
        usedAt: clock.now(),
        stopTimer: () => {},
      }
      slots.set(key, slot)
      track(watch(slot))
      return slot
    },
    becomeIdle,
    remove,
    async closed() {
      while (closing.size > 0) await Promise.all(closing)
    },
  }
}
