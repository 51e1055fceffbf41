import type { RootsContext, RootsParts } from '../roots-parts.ts'
import type { Root } from './root.ts'
import { requirePermission } from './root.ts'

/**
 * Returns the root to read from. Marks the response as untrusted, because anyone may have written
 * the files.
 */
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
