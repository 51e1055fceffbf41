import { builtinServers } from '@mcp/contracts'
import { tools } from '@mcp/contracts/tools'
import type { SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'
import type { Tool } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { LocalServer, OperationGroup, ServerOptions } from '@mcp/server'
import { createServer, notFound } from '@mcp/server'

import { createBatchHandler } from './batch-handler.ts'
import { builtinTools } from './builtin-tools.ts'
import { createCatalogueHandlers } from './catalogue-handlers.ts'
import { createToolHandlers } from './tool-handlers.ts'

export interface ToolsServerOptions extends ServerOptions {
  /** Tools besides the calculator, the text processor and the data transformer. Default: none. */
  readonly tools?: readonly Tool[] | undefined
  /** Limits of the worker processes. Default: 5 seconds and 256 MiB per job, 2 jobs at a time. */
  readonly sandbox?: SandboxLimits | undefined
}

/** A tools server, whose tools may change while it runs. */
export interface ToolsServer extends LocalServer {
  /**
   * Offers a further tool, and tells clients `tool-list-changed`.
   *
   * @throws McpError `conflict` where a tool of that name is there already.
   */
  add(tool: Tool): void
  /**
   * Offers a tool no longer, and tells clients `tool-list-changed`.
   *
   * @throws McpError `not-found` where no tool has that name.
   */
  remove(name: string): void
}

/**
 * The tools server: the calculator, the text processor, the data transformer, and tools of your own.
 *
 * @example
 * const server = toolsServer({ tools: [dice] })
 * server.remove('dice')
 * await server.close()
 */
export function toolsServer(options: ToolsServerOptions = {}): ToolsServer {
  const { tools: own = [], sandbox: overrides, ...serverOptions } = options
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-tools/worker'),
    timeoutMs: 5_000,
    overrides,
  })
  const handlersOf = createToolHandlers(sandbox)
  const byName = new Map<string, Tool>()
  for (const tool of [...builtinTools, ...own]) claim(byName, tool)

  const { type, target: targetKey, fixedTarget, operations } = tools
  const place = { type, targetKey }
  const catalogue: OperationGroup = {
    ...place,
    target: fixedTarget,
    operations,
    handlers: {
      ...createCatalogueHandlers(byName),
      batch: createBatchHandler((request, context) => server.process(request, context)),
    },
  }
  const groups = (): OperationGroup[] => [
    catalogue,
    ...Array.from(byName.values(), (tool) => ({
      ...place,
      target: tool.name,
      operations: tool.operations,
      handlers: handlersOf(tool),
    })),
  ]

  const server = createServer({
    name: tools.name,
    source: serverOptions.source ?? builtinServers.tools.source,
    version: tools.version,
    groups: groups(),
    notifications: tools.notifications,
    // The whole type, so that a mistyped tool gets an answer that names the one that was meant.
    routes: [place],
    options: {
      ...serverOptions,
      async onClose() {
        await sandbox.close()
        await serverOptions.onClose?.()
      },
    },
  })

  function change(added: readonly string[], removed: readonly string[]): void {
    server.update(groups())
    server.notify('tool-list-changed', { added, removed })
  }

  return {
    ...server,
    add(tool) {
      claim(byName, tool)
      change([tool.name], [])
    },
    remove(name) {
      if (!byName.delete(name)) throw notFound('tool', name, byName.keys())
      change([], [name])
    },
  }
}

function claim(byName: Map<string, Tool>, tool: Tool): void {
  const { name } = tool
  if (!/^[A-Za-z][\w-]{0,63}$/.test(name)) {
    throw new McpError(
      'invalid-request',
      `A tool cannot be named "${name}": a name starts with a letter, and letters, digits, "_" and "-" follow, at most 64.`,
    )
  }
  if (name === tools.fixedTarget || byName.has(name)) {
    throw new McpError(
      'conflict',
      `The name "${name}" is taken: tools are found by their names, so each needs one of its own.`,
    )
  }
  byName.set(name, tool)
}
