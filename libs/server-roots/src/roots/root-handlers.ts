import { pageItems } from '@mcp/server'

import type { Permission } from './folder.ts'
import type { Root } from './root.ts'
import type { RootsHandlers, RootsParts } from '../roots-parts.ts'
import { rootUri } from './session-roots.ts'

type RootHandlers = Pick<RootsHandlers, 'listRoots' | 'addRoot' | 'updateRoot' | 'removeRoot'>

const permissionOrder: readonly Permission[] = ['read', 'write', 'delete']

/** Creates the handlers that list and change the roots of a session. */
export function createRootHandlers({ sessionRoots, quotas }: RootsParts): RootHandlers {
  async function describe(root: Root) {
    const { name, folder, permissions, include, exclude } = root
    const quotaBytes = root.quotaBytes ?? folder.quotaBytes
    // A folder that currently cannot be opened is still listed.
    const usedBytes = await quotas.used(root).catch(() => undefined)
    return {
      name,
      uri: rootUri(root),
      permissions: permissionOrder.filter((permission) => permissions.has(permission)),
      include: [...include],
      exclude: [...exclude],
      ...(quotaBytes === undefined ? {} : { quotaBytes }),
      ...(usedBytes === undefined ? {} : { usedBytes }),
    }
  }

  return {
    async listRoots({ query = '', cursor, limit }, context) {
      const matching = sessionRoots
        .list(context)
        .filter(({ name }) => name.toLowerCase().includes(query.toLowerCase()))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      const { items, ...page } = pageItems(matching, { cursor, limit }, ({ name }) => name)
      return { items: await Promise.all(items.map(describe)), ...page }
    },
    async addRoot({ uri, name, ...choice }, context) {
      const root = await sessionRoots.add(context, name, uri, choice)
      context.notify('root-list-changed', { added: [name], updated: [], removed: [] })
      return describe(root)
    },
    updateRoot({ root: name, ...choice }, context) {
      const root = sessionRoots.update(context, name, choice)
      context.notify('root-list-changed', { added: [], updated: [name], removed: [] })
      return describe(root)
    },
    removeRoot({ root: name }, context) {
      sessionRoots.remove(context, name)
      context.notify('root-list-changed', { added: [], updated: [], removed: [name] })
      return { removed: name }
    },
  }
}
