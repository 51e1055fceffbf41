import { requirePermission } from '../roots/root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import type { Watches } from './watches.ts'

type WatchHandlers = Pick<RootsHandlers, 'watch' | 'unwatch'>

/** Creates the handlers of watches. */
export function createWatchHandlers({ sessionRoots }: RootsParts, watches: Watches): WatchHandlers {
  return {
    async watch(request, context) {
      // The root is looked up before state is created for the session; the error for an unknown root
      // lists similar names.
      requirePermission(sessionRoots.find(context, request.root), 'read')
      return { watchId: await watches.start(request, context) }
    },
    async unwatch({ watchId }, context) {
      await watches.stop(watchId, context)
      return { ended: watchId }
    },
  }
}
