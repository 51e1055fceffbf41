import type { RootsContext, RootsParts } from '../roots-parts.ts'
import type { Root } from './root.ts'
import { requirePermission } from './root.ts'

/** The root an answer is read from: names and contents of files came from outside. */
export function readableRoot(
  { sessionRoots }: Pick<RootsParts, 'sessionRoots'>,
  name: string,
  context: RootsContext,
): Root {
  const root = sessionRoots.find(context, name)
  requirePermission(root, 'read')
  context.markUntrusted()
  return root
}
