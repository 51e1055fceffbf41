import type { MaybePromise } from '@mcp/protocol'

import type { ResourceProvider, WatchOptions } from '../providers/resource-provider.ts'

/** Watches providers while somebody wants to hear of their changes. */
export interface Watchers {
  /** Watches these until the returned function is called; answers once all of them are watched. */
  hold(providers: readonly ResourceProvider[]): Promise<() => Promise<void>>
  /** Stops all. */
  close(): Promise<void>
}

interface Watch {
  holders: number
  readonly started: Promise<() => MaybePromise<void>>
}

export interface WatchersOptions extends WatchOptions {
  /** Told before a provider is watched: what happened to it meanwhile is not known. */
  readonly onStart: () => void
}

/** Starts each provider's watch with its first holder and stops it with the last. */
export function createWatchers({ onChange, onError, onStart }: WatchersOptions): Watchers {
  const watches = new Map<ResourceProvider, Watch>()
  const stopping = new Map<ResourceProvider, Promise<void>>()

  function begin(provider: ResourceProvider): Watch {
    const started = Promise.resolve(stopping.get(provider)).then(async () => {
      onStart()
      return (await provider.watch?.({ onChange, onError })) ?? (() => {})
    })
    const watch = { holders: 0, started }
    watches.set(provider, watch)
    return watch
  }

  /** Stops a watch whose start may not be over yet. */
  async function stop(provider: ResourceProvider, { started }: Watch): Promise<void> {
    watches.delete(provider)
    const stopped = started.then(
      (end) => end(),
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

  async function letGo(provider: ResourceProvider, watch: Watch): Promise<void> {
    if (--watch.holders === 0 && watches.get(provider) === watch) await stop(provider, watch)
  }

  return {
    async hold(providers) {
      const held = providers.map((provider) => {
        const watch = watches.get(provider) ?? begin(provider)
        watch.holders++
        return { provider, watch }
      })
      let isHeld = true
      const release = async () => {
        if (!isHeld) return
        isHeld = false
        await Promise.all(held.map(({ provider, watch }) => letGo(provider, watch)))
      }
      try {
        await Promise.all(held.map(({ watch }) => watch.started))
      } catch (thrown) {
        await release()
        throw thrown
      }
      return release
    },
    async close() {
      await Promise.all(Array.from(watches, ([provider, watch]) => stop(provider, watch)))
      await Promise.all(stopping.values())
    },
  }
}
