import { requirePermission } from '../roots/root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import type { Watches } from './watches.ts'

type WatchHandlers = Pick<RootsHandlers, 'watch' | 'unwatch'>

/** The operations that tell a session of changes. */
export function createWatchHandlers({ sessionRoots }: RootsParts, watches: Watches): WatchHandlers {
  return {
    async watch(request, context) {
      // Before anything is kept for the session: a root that is not there has a name that is near.
      requirePermission(sessionRoots.find(context, request.root), 'read')
      return { watchId: await watches.start(request, context) }
    },
    async unwatch({ watchId }, context) {
      await watches.stop(watchId, context)
      return { ended: watchId }
    },
  }
}
