import { requirePermission } from '../roots/root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import type { Watches } from './watches.ts'

type WatchHandlers = Pick<RootsHandlers, 'watch' | 'unwatch'>

/** Creates the handlers that start and stop watches. */
export function createWatchHandlers({ sessionRoots }: RootsParts, watches: Watches): WatchHandlers {
  return {
    async watch(request, context) {
      // The root is looked up first, so that a request for an unknown root creates no session state. The
      // error then lists similar names.
      requirePermission(sessionRoots.find(context, request.root), 'read')
      return { watchId: await watches.start(request, context) }
    },
    async unwatch({ watchId }, context) {
      await watches.stop(watchId, context)
      return { ended: watchId }
    },
  }
}
