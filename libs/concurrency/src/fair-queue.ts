import type { LinkedList, ListItem } from './linked-list.ts'
import { createLinkedList } from './linked-list.ts'

export interface FairQueueOptions {
  /** Maximum number of entries. Default: no limit. */
  readonly maxEntries?: number | undefined
  /** Maximum number of entries of one key. Default: no limit. */
  readonly maxEntriesPerKey?: number | undefined
}

/**
 * A queue that takes one entry of each key in turn: a key with a thousand entries delays another one
 * by a single entry. The entries of one key keep their order.
 */
export interface FairQueue<Entry> {
  /**
   * Adds an entry. Returns the function that removes it (`false`: it was already taken), or `undefined`
   * if the queue is full or the key has as many entries as it may have.
   */
  add(key: string, entry: Entry): (() => boolean) | undefined
  /** Removes and returns the next entry whose key is accepted, or `undefined` if there is none. */
  take(accepts?: (key: string) => boolean): Entry | undefined
  readonly size: number
}

/** The entries of one key. It exists as long as there are any. */
interface Share<Entry> {
  readonly key: string
  readonly entries: LinkedList<Entry>
}

/** Creates an empty queue. Adding, removing and taking cost the same at any length. */
export function createFairQueue<Entry>(options: FairQueueOptions = {}): FairQueue<Entry> {
  const { maxEntries = Infinity, maxEntriesPerKey = Infinity } = options
  const turns = createLinkedList<Share<Entry>>()
  const turnByKey = new Map<string, ListItem<Share<Entry>>>()
  let size = 0

  function append(share: Share<Entry>): Share<Entry> {
    turnByKey.set(share.key, turns.add(share))
    return share
  }

  function remove({ key, entries }: Share<Entry>, item: ListItem<Entry>): boolean {
    if (!entries.delete(item)) return false
    size--
    const turn = turnByKey.get(key)
    if (entries.size > 0 || turn === undefined) return true
    turns.delete(turn)
    turnByKey.delete(key)
    return true
  }

  return {
    add(key, entry) {
      const existing = turnByKey.get(key)?.value
      if (size >= maxEntries || (existing?.entries.size ?? 0) >= maxEntriesPerKey) return undefined
      const share = existing ?? append({ key, entries: createLinkedList() })
      const item = share.entries.add(entry)
      size++
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
        return first.value
      }
      return undefined
    },
    get size() {
      return size
    },
  }
}
