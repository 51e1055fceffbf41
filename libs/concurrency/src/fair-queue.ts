import type { LinkedList, ListItem } from './linked-list.ts'
import { createLinkedList } from './linked-list.ts'

export interface FairQueueOptions {
  /** Maximum number of entries. Default: no limit. */
  readonly maxEntries?: number | undefined
  /** Maximum number of entries of one key. Default: no limit. */
  readonly maxEntriesPerKey?: number | undefined
  /**
   * Maximum total size of the entries, in a unit of your choice. An entry of any size fits into an
   * empty queue. Default: no limit.
   */
  readonly maxSize?: number | undefined
  /**
   * Maximum total size of the entries of one key. The limit does not apply to the first entry of the
   * key. Default: no limit.
   */
  readonly maxSizePerKey?: number | undefined
}

/**
 * A queue that takes one entry of each key in turn. A key with a thousand entries therefore delays
 * another key by only one entry. The entries of one key keep their order.
 */
export interface FairQueue<Entry> {
  /**
   * Adds an entry. Returns `undefined` if that would exceed a limit of the queue or of the key. Otherwise
   * returns a function that removes the entry. The function returns false if the queue no longer contains the
   * entry.
   */
  add(key: string, entry: Entry, size?: number): (() => boolean) | undefined
  /**
   * Removes and returns the next entry whose key is accepted. Returns `undefined` if there is no such entry.
   */
  take(accepts?: (key: string) => boolean): Entry | undefined
  /** Returns whether the queue contains an entry whose key is accepted. */
  has(accepts: (key: string) => boolean): boolean
  /** Number of entries. */
  readonly size: number
}

interface Item<Entry> {
  readonly entry: Entry
  readonly size: number
}

/** The entries of one key. The object exists only while the key has entries. */
interface Share<Entry> {
  readonly key: string
  readonly entries: LinkedList<Item<Entry>>
  size: number
}

/**
 * Creates an empty queue. Adding, removing and taking an entry take constant time, except that `take` visits
 * each key that it does not accept.
 */
export function createFairQueue<Entry>(options: FairQueueOptions = {}): FairQueue<Entry> {
  const { maxEntries = Infinity, maxEntriesPerKey = Infinity } = options
  const { maxSize = Infinity, maxSizePerKey = Infinity } = options
  const turns = createLinkedList<Share<Entry>>()
  const turnByKey = new Map<string, ListItem<Share<Entry>>>()
  let count = 0
  let totalSize = 0

  function hasRoom(share: Share<Entry> | undefined, size: number): boolean {
    if (count >= maxEntries || (totalSize > 0 && totalSize + size > maxSize)) return false
    if (share === undefined) return true
    return share.entries.size < maxEntriesPerKey && share.size + size <= maxSizePerKey
  }

  function append(share: Share<Entry>): Share<Entry> {
    turnByKey.set(share.key, turns.add(share))
    return share
  }

  function remove(share: Share<Entry>, item: ListItem<Item<Entry>>): boolean {
    const { key, entries } = share
    if (!entries.delete(item)) return false
    count--
    share.size -= item.value.size
    totalSize -= item.value.size
    const turn = turnByKey.get(key)
    if (entries.size > 0 || turn === undefined) return true
    turns.delete(turn)
    turnByKey.delete(key)
    return true
  }

  return {
    add(key, entry, size = 0) {
      const existing = turnByKey.get(key)?.value
      if (!hasRoom(existing, size)) return undefined
      const share = existing ?? append({ key, entries: createLinkedList(), size: 0 })
      const item = share.entries.add({ entry, size })
      count++
      share.size += size
      totalSize += size
      return () => remove(share, item)
    },
    take(accepts) {
      for (let turn = turns.first; turn !== undefined; turn = turn.next) {
        const { key, entries } = turn.value
        const { first } = entries
        if (first === undefined || accepts?.(key) === false) continue
        turns.delete(turn)
        append(turn.value)
        remove(turn.value, first)
        return first.value.entry
      }
      return undefined
    },
    has(accepts) {
      for (let turn = turns.first; turn !== undefined; turn = turn.next) {
        if (accepts(turn.value.key)) return true
      }
      return false
    },
    get size() {
      return count
    },
  }
}
