import { listOf } from '../results.ts'
import type { CommandArgs } from './commands.ts'

/** Runs a script of `forEachItem` for one item. */
export type RunItem = (keys: readonly string[], args: CommandArgs) => Promise<unknown>

/** Returns the function that runs a script for one item. All items share the arguments `shared`. */
export type CreateScriptBatch = (script: string, shared: CommandArgs) => RunItem

export interface ScriptBatchOptions {
  /** Runs a script for several items. Rejects with the error that the callers receive. */
  readonly run: (script: string, keys: readonly string[], args: CommandArgs) => Promise<unknown>
  /** Returns the group of an item from its first key. One call can contain only items of the same group. */
  readonly groupOf: (key: string) => string
  /** Called after a call without any failed item. */
  readonly succeed: () => void
  /** Returns the error for the caller of an item that failed. */
  readonly fail: (cause: unknown) => Error
}

interface Item {
  readonly keys: readonly string[]
  readonly args: CommandArgs
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Maximum number of items in one call, because Redis runs no other command at the same time. */
const maxItems = 100

/**
 * Creates the functions that run a script for one item. All items of one turn of the event loop are sent in as
 * few calls as possible, because an additional call takes longer to build, send and parse than an additional
 * item in a call. The calls for all scripts are sent at the same time, so that the connection can write them
 * together.
 */
export function createScriptBatches(options: ScriptBatchOptions): CreateScriptBatch {
  let flushes: (() => void)[] = []
  const flushAll = (): void => {
    const all = flushes
    flushes = []
    for (const flush of all) flush()
  }
  return (script, shared) =>
    createScriptBatch(options, script, shared, (flush) => {
      // Runs after the other callbacks of this turn, because they may add more items.
      if (flushes.length === 0) setImmediate(flushAll)
      flushes.push(flush)
    })
}

function createScriptBatch(
  { run, groupOf, succeed, fail }: ScriptBatchOptions,
  script: string,
  shared: CommandArgs,
  schedule: (flush: () => void) => void,
): RunItem {
  let waiting = new Map<string, Item[]>()

  async function send(items: readonly Item[]): Promise<void> {
    const [first] = items
    if (first === undefined) return
    const keys: string[] = []
    const args: (string | number)[] = [first.keys.length, first.args.length, ...shared]
    for (const item of items) {
      keys.push(...item.keys)
      args.push(...item.args)
    }
    let results: readonly unknown[]
    try {
      results = listOf(await run(script, keys, args))
    } catch (error) {
      for (const { reject } of items) reject(error)
      return
    }
    if (!results.some((result) => result instanceof Error)) succeed()
    for (const [index, { resolve, reject }] of items.entries()) {
      const result = results[index]
      if (result instanceof Error) reject(fail(result))
      else resolve(result)
    }
  }

  function flush(): void {
    const groups = waiting
    waiting = new Map()
    for (const items of groups.values()) {
      for (let start = 0; start < items.length; start += maxItems) {
        void send(items.slice(start, start + maxItems))
      }
    }
  }

  return (keys, args) =>
    new Promise((resolve, reject) => {
      const item = { keys, args, resolve, reject }
      const group = groupOf(keys[0] ?? '')
      if (waiting.size === 0) schedule(flush)
      const items = waiting.get(group)
      if (items === undefined) waiting.set(group, [item])
      else items.push(item)
    })
}
