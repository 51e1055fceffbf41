export type TextStorage = Pick<Storage, 'getItem' | 'setItem'>

/** Reads a list of the browser. Items of another form are left out. */
export function readStored<Item>(
  storage: TextStorage,
  key: string,
  isItem: (value: unknown) => value is Item,
): Item[] {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter(isItem) : []
  } catch {
    // A browser that blocks storage throws, and another program may have written other text.
    return []
  }
}

/** Keeps a list in the browser. */
export function writeStored(storage: TextStorage, key: string, items: readonly unknown[]): void {
  try {
    storage.setItem(key, JSON.stringify(items))
  } catch {
    // Without storage, the list is lost when the page is reloaded.
  }
}
