import type { RootsContext, RootsParts } from '../roots-parts.ts'
import type { Root } from './root.ts'
import { requirePermission } from './root.ts'

/**
 * Returns a root with the permission to read. Marks the response as untrusted, because the files may
 * come from any source.
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
