/** An item of a linked list. */
export interface ListItem<Value> {
  readonly value: Value
  previous: ListItem<Value> | undefined
  next: ListItem<Value> | undefined
  isListed: boolean
}

/**
 * A list that adds and removes items in constant time. A `Set` is not used: to find its first item, it
 * skips the holes of all removed items, which took 12 µs with 10,000 items.
 */
export interface LinkedList<Value> {
  /** Adds an item at the end. */
  add(value: Value): ListItem<Value>
  /** Removes an item that was added to this list. Returns whether the list still contained it. */
  delete(item: ListItem<Value>): boolean
  readonly first: ListItem<Value> | undefined
  readonly size: number
}

export function createLinkedList<Value>(): LinkedList<Value> {
  let first: ListItem<Value> | undefined
  let last: ListItem<Value> | undefined
  let size = 0

  return {
    add(value) {
      const item = { value, previous: last, next: undefined, isListed: true }
      if (last === undefined) first = item
      else last.next = item
      last = item
      size++
      return item
    },
    delete(item) {
      if (!item.isListed) return false
      const { previous, next } = item
      if (previous === undefined) first = next
      else previous.next = next
      if (next === undefined) last = previous
      else next.previous = previous
      item.isListed = false
      size--
      return true
    },
    get first() {
      return first
    },
    get size() {
      return size
    },
  }
}
