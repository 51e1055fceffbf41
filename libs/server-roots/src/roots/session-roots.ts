import { joinPath, requireDirectory } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { SessionOfRequest, SessionStateLifetime } from '@mcp/server'
import { createSessionState, invalidParam, notFound } from '@mcp/server'

import type { Bounds } from '../bounds.ts'
import type { Folder } from './folder.ts'
import { isRootName } from './folder.ts'
import { parseRootUri } from './root-uri.ts'
import type { Root, RootChoice } from './root.ts'
import { createRoot } from './root.ts'
import { conflict } from '../paths/errors.ts'
import { withEntry } from '../paths/root-entry.ts'

/** The roots of each session. A session starts with the operator's roots and can change them. */
export interface SessionRoots extends SessionStateLifetime {
  list(context: SessionOfRequest): Root[]
  /** Returns a root by name. Throws `not-found`, with similar names, if it does not exist. */
  find(context: SessionOfRequest, name: string): Root
  add(context: SessionOfRequest, name: string, uri: string, choice: RootChoice): Promise<Root>
  update(context: SessionOfRequest, name: string, choice: RootChoice): Root
  remove(context: SessionOfRequest, name: string): void
}

export function createSessionRoots(
  folders: ReadonlyMap<string, Folder>,
  bounds: Bounds,
): SessionRoots {
  const operatorRoots: ReadonlyMap<string, Root> = new Map(
    Array.from(folders.values(), (folder) => [
      folder.name,
      createRoot({ name: folder.name, folder, prefix: '' }, {}),
    ]),
  )
  const states = createSessionState({ create: () => new Map(operatorRoots) })

  // `states.find` is used, because `states.of` would create state for a session that only reads.
  function rootsOf({ sessionId }: SessionOfRequest): ReadonlyMap<string, Root> {
    return (sessionId === undefined ? undefined : states.find(sessionId)) ?? operatorRoots
  }

  function find(context: SessionOfRequest, name: string): Root {
    const roots = rootsOf(context)
    const root = roots.get(name)
    if (root === undefined) throw notFound('root', name, roots.keys())
    return root
  }

  return {
    list: (context) => Array.from(rootsOf(context).values()),
    find,
    async add(context, name, uri, choice) {
      if (!isRootName(name)) {
        throw invalidParam(
          'name',
          'a name starts with a letter or digit, followed by letters, digits, ".", "_" and "-"',
        )
      }
      const roots = states.of(context)
      const { folder, path } = await parseRootUri(uri, folders)
      // The path is resolved in the operator's folder, so that restrictions of the session's other roots
      // do not apply.
      const whole = createRoot({ name: folder.name, folder, prefix: '' }, {})
      const prefix = await withEntry(whole, path, { param: 'uri' }, async (entry) => {
        requireDirectory(entry)
        return entry.realPath
      })
      const root = createRoot({ name, folder, prefix }, choice)
      context.signal.throwIfAborted()
      if (roots.has(name))
        throw conflict(`A root with the name "${name}" already exists.`, 'exists')
      if (roots.size >= operatorRoots.size + bounds.maxSessionRoots) {
        throw new McpError(
          'rate-limited',
          `Limit reached: ${bounds.maxSessionRoots} roots per session. Remove one first.`,
          {
            details: { reason: 'too-many-roots' },
            retryable: false,
          },
        )
      }
      roots.set(name, root)
      return root
    },
    update(context, name, choice) {
      const before = find(context, name)
      const { permissions, include, exclude, quotaBytes } = choice
      const root = createRoot(before, {
        permissions: permissions ?? Array.from(before.permissions),
        include: include ?? before.include,
        exclude: exclude ?? before.exclude,
        quotaBytes: quotaBytes ?? before.quotaBytes,
      })
      states.of(context).set(name, root)
      return root
    },
    remove(context, name) {
      find(context, name)
      states.of(context).delete(name)
    },
    sessionClosed: (sessionId) => states.sessionClosed(sessionId),
    close: () => states.close(),
  }
}

/** Returns the URI of a root for clients. The URI does not reveal the location of the folder. */
export function rootUri({ folder, prefix }: Root): string {
  const path = joinPath('', prefix).split('/').map(encodeURIComponent).join('/')
  return `root://${folder.name}/${path}`
}
