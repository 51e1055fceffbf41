import type { Database } from './database.ts'

/** State in memory that mirrors the file. */
export interface MirroredState {
  /** Remembers the state before a transaction. */
  begin(): void
  /** Restores the state, because the transaction was rolled back. */
  rollback(): void
}

/**
 * Commits the writes of one turn of the event loop together, because one commit costs as much as several writes.
 */
export interface WriteQueue {
  /**
   * Runs a write with the others of this turn. The promise resolves when the write is committed. A write may
   * run twice. A change in memory must therefore be part of a {@link MirroredState}, or be made after the
   * promise has resolved.
   */
  add<Result>(write: () => Result): Promise<Result>
  /** Runs the waiting writes now. */
  flush(): void
  /** Lets writes wait until {@link WriteQueue.resume}. */
  pause(): void
  resume(): void
  readonly isPaused: boolean
}

interface Write {
  /** Runs the write, and keeps its result. */
  readonly run: () => void
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface WriteQueueOptions {
  readonly database: Pick<Database, 'transaction'>
  readonly mirrors: readonly MirroredState[]
  /** Called after each transaction. */
  readonly onCommit: () => void
}

export function createWriteQueue({ database, mirrors, onCommit }: WriteQueueOptions): WriteQueue {
  let waiting: Write[] = []
  let isPaused = false

  function commit(writes: readonly Write[]): void {
    for (const mirror of mirrors) mirror.begin()
    try {
      database.transaction(() => {
        for (const { run } of writes) run()
      })
    } catch (error) {
      for (const mirror of mirrors) mirror.rollback()
      throw error
    }
    onCommit()
  }

  /** Commits each write by itself, so that a failed one does not fail the others. */
  function commitEach(writes: readonly Write[]): void {
    for (const write of writes) {
      try {
        commit([write])
        write.resolve()
      } catch (error) {
        write.reject(error)
      }
    }
  }

  function flush(): void {
    if (waiting.length === 0) return
    const writes = waiting
    waiting = []
    try {
      commit(writes)
    } catch (error) {
      if (writes.length === 1) writes[0]?.reject(error)
      else commitEach(writes)
      return
    }
    for (const { resolve } of writes) resolve()
  }

  function flushUnlessPaused(): void {
    if (!isPaused) flush()
  }

  return {
    add<Result>(write: () => Result) {
      return new Promise<Result>((resolve, reject) => {
        let result: { readonly value: Result } | undefined
        if (waiting.length === 0) setImmediate(flushUnlessPaused)
        waiting.push({
          run() {
            result = { value: write() }
          },
          resolve() {
            if (result !== undefined) resolve(result.value)
          },
          reject,
        })
      })
    },
    flush,
    pause() {
      isPaused = true
    },
    resume() {
      isPaused = false
      flush()
    },
    get isPaused() {
      return isPaused
    },
  }
}
