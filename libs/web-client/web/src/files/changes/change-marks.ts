/** A change of a file, folder or resource that the user did not make on this page. */
export interface ChangeMark {
  readonly change: 'created' | 'modified' | 'deleted'
  /** Time of the notification. */
  readonly at: number
}

export interface Change extends ChangeMark {
  /** Id of the item in the tree. */
  readonly id: string
  readonly etag?: string | undefined
}

/** Receives a change, and whether this page made it. */
export type ChangeListener = (change: Change, isOwn: boolean) => void

/** A change that this page makes. */
export type OwnChange = Pick<Change, 'id' | 'change'>

export type Marks = ReadonlyMap<string, ChangeMark>

interface Expected {
  /** The etag that the server returned. Undefined until it has responded. */
  etag?: string | undefined
  /** Until this time, a notification without an etag counts as one of this change. */
  until: number
}

/** Time after an own change within which its notification is expected, in milliseconds. */
const ownMs = 3_000

/** Creates the marks of changed items. Changes of this page are expected, and are not marked. */
export function createChangeMarks({ now }: { readonly now: () => number }) {
  let marks: Marks = new Map()
  const own = new Map<string, Expected>()
  const listeners = new Set<() => void>()
  const changeListeners = new Set<ChangeListener>()

  const replace = (edit: (next: Map<string, ChangeMark>) => void) => {
    const next = new Map(marks)
    edit(next)
    marks = next
    for (const listener of listeners) listener()
  }

  const emit = (change: Change, isOwnChange: boolean) => {
    for (const listener of changeListeners) listener(change, isOwnChange)
  }

  const isOwn = ({ id, etag }: Change) => {
    const expected = own.get(id)
    if (expected === undefined) return false
    if (etag !== undefined && expected.etag !== undefined) return etag === expected.etag
    return now() < expected.until
  }

  return {
    /** Records a change, and passes it to the listeners. */
    record(change: Change): void {
      const { id, at } = change
      const isOwnChange = isOwn(change)
      if (!isOwnChange) replace((next) => next.set(id, { change: change.change, at }))
      emit(change, isOwnChange)
    },
    /**
     * Runs changes of this page, and expects their notifications. After the changes, the listeners receive
     * them directly, because a root that is not watched sends no notification. `run` returns the new etag, if
     * there is one.
     */
    async expectOwn<Result extends { readonly etag?: string | undefined }>(
      changes: readonly OwnChange[],
      run: () => Promise<Result>,
    ): Promise<Result> {
      const expected: Expected = { until: Infinity }
      for (const { id } of changes) own.set(id, expected)
      try {
        const result = await run()
        expected.etag = result.etag
        for (const change of changes) emit({ ...change, at: now() }, true)
        return result
      } finally {
        expected.until = now() + ownMs
      }
    },
    /** Removes the mark of an item, because the user has seen it. */
    clear(id: string): void {
      if (marks.has(id)) replace((next) => next.delete(id))
    },
    clearAll(): void {
      replace((next) => next.clear())
    },
    current: (): Marks => marks,
    /** Calls a listener when the marks change. Returns the function that removes it. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Calls a listener for each change, including the changes of this page. */
    onChange(listener: ChangeListener): () => void {
      changeListeners.add(listener)
      return () => changeListeners.delete(listener)
    },
  }
}

/** The marks of this page. */
export const changeMarks = createChangeMarks({ now: () => Date.now() })
