import type { MaybePromise } from '@mcp/protocol'

import type { ResourceProvider, WatchOptions } from '../providers/resource-provider.ts'

/** Watches of the providers. All subscriptions share one watch per provider. */
export interface SharedWatches {
  /** Watches providers. Resolves, when all watches have started, with the function that releases them. */
  acquire(providers: readonly ResourceProvider[]): Promise<() => Promise<void>>
  /** Stops all watches. */
  close(): Promise<void>
}

interface Watch {
  references: number
  readonly started: Promise<() => MaybePromise<void>>
}

export interface SharedWatchesOptions extends WatchOptions {
  /** Called before the watch of a provider starts. Changes before this call may have been missed. */
  readonly onStart: () => void
}

/** Creates shared watches. A watch starts with the first subscription and stops after the last one. */
export function createSharedWatches(options: SharedWatchesOptions): SharedWatches {
  const { onChange, onError, onStart } = options
  const watches = new Map<ResourceProvider, Watch>()
  const stopping = new Map<ResourceProvider, Promise<void>>()

  function start(provider: ResourceProvider): Watch {
    const started = Promise.resolve(stopping.get(provider)).then(async () => {
      onStart()
      return (await provider.watch?.({ onChange, onError })) ?? (() => {})
    })
    const watch = { references: 0, started }
    watches.set(provider, watch)
    return watch
  }

  /** Stops a watch, which may still be starting. */
  async function stop(provider: ResourceProvider, { started }: Watch): Promise<void> {
    watches.delete(provider)
    const stopped = started.then(
      (stopWatching) => stopWatching(),
      () => {},
    )
    stopping.set(provider, stopped)
    try {
      await stopped
    } catch (thrown) {
      onError(thrown)
    } finally {
      if (stopping.get(provider) === stopped) stopping.delete(provider)
    }
  }

  async function release(provider: ResourceProvider, watch: Watch): Promise<void> {
    if (--watch.references === 0 && watches.get(provider) === watch) await stop(provider, watch)
  }

  return {
    async acquire(providers) {
      const acquired = providers.map((provider) => {
        const watch = watches.get(provider) ?? start(provider)
        watch.references++
        return { provider, watch }
      })
      let isReleased = false
      const releaseAll = async () => {
        if (isReleased) return
        isReleased = true
        await Promise.all(acquired.map(({ provider, watch }) => release(provider, watch)))
      }
      try {
        await Promise.all(acquired.map(({ watch }) => watch.started))
      } catch (thrown) {
        await releaseAll()
        throw thrown
      }
      return releaseAll
    },
    async close() {
      await Promise.all(Array.from(watches, ([provider, watch]) => stop(provider, watch)))
      await Promise.all(stopping.values())
    },
  }
}
