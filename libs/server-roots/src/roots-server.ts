import { systemClock } from '@mcp/protocol'
import { roots } from '@mcp/contracts/roots'
import type { SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

import type { RootsBounds } from './bounds.ts'
import { resolveBounds } from './bounds.ts'
import { createChangeHandlers } from './writing/change-handlers.ts'
import { createDirectoryHandlers } from './directories/directory-handlers.ts'
import type { RootDefinition } from './roots/folder.ts'
import { folderHealth } from './roots/folder-health.ts'
import { createFolders } from './roots/folder.ts'
import { createQuotas } from './roots/quota.ts'
import { createReadHandlers } from './reading/read-handlers.ts'
import { createRootHandlers } from './roots/root-handlers.ts'
import type { RootsParts } from './roots-parts.ts'
import { createSessionRoots } from './roots/session-roots.ts'
import { createSearchHandlers } from './searching/search-handlers.ts'
import { createWatchHandlers } from './watching/watch-handlers.ts'
import { createWatches } from './watching/watches.ts'

export interface RootsServerOptions extends ServerOptions {
  /** Folders that sessions may use, with permissions that no session can exceed. Default: none. */
  readonly roots?: readonly RootDefinition[] | undefined
  /** Resource limits per call and per session. */
  readonly bounds?: RootsBounds | undefined
  /** Limits of the worker processes for search patterns and large edits. Default: 10 seconds per job. */
  readonly sandbox?: SandboxLimits | undefined
}

/**
 * Creates the roots server, which offers the files below the folders that an operator configures.
 *
 * @example
 * const server = rootsServer({
 *   roots: [{ name: 'docs', path: '/srv/docs', permissions: ['read', 'write'], exclude: ['.git'] }],
 * })
 *
 * @throws McpError `invalid-request` if a name is invalid or used twice.
 */
export function rootsServer(options: RootsServerOptions = {}): LocalServer {
  const {
    roots: definitions = [],
    bounds: givenBounds,
    sandbox: overrides,
    ...serverOptions
  } = options
  const clock = serverOptions.clock ?? systemClock
  const bounds = resolveBounds(givenBounds)
  const folders = createFolders(definitions)
  const sessionRoots = createSessionRoots(folders, bounds)
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-roots/worker'),
    timeoutMs: 10_000,
    overrides,
  })
  const watches = createWatches({
    sessionRoots,
    bounds,
    emit: ({ type, data }, sessionId) => server.notify(type, data, { sessionIds: [sessionId] }),
  })
  const parts: RootsParts = {
    sessionRoots,
    quotas: createQuotas(Array.from(folders.values()), () => clock.now()),
    sandbox,
    bounds,
    now: () => clock.now(),
  }

  const server = defineServer(
    roots,
    {
      ...createRootHandlers(parts),
      ...createDirectoryHandlers(parts),
      ...createReadHandlers(parts),
      ...createSearchHandlers(parts),
      ...createChangeHandlers(parts),
      ...createWatchHandlers(parts, watches),
    },
    {
      health: () => folderHealth(folders),
      ...serverOptions,
      selfPaging: ['listRoots', 'listDirectory', 'searchFiles'],
      sessionStates: [watches, sessionRoots, ...(serverOptions.sessionStates ?? [])],
      async onClose() {
        await sandbox.close()
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}
