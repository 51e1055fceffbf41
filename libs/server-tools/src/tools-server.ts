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
  /** Additional tools, besides the calculator, text processor and data transformer. Default: none. */
  readonly tools?: readonly Tool[] | undefined
  /** Limits of the worker processes. Default: 5 s and 256 MiB per job, 2 concurrent jobs per caller. */
  readonly sandbox?: SandboxLimits | undefined
}

/** A tools server whose tools can change at run time. */
export interface ToolsServer extends LocalServer {
  /**
   * Adds a tool and notifies clients with `tool-list-changed`.
   *
   * @throws McpError `conflict` if a tool with this name exists, `invalid-request` if the name is
   * invalid.
   */
  add(tool: Tool): void
  /**
   * Removes a tool and notifies clients with `tool-list-changed`.
   *
   * @throws McpError `not-found` if no tool has this name.
   */
  remove(name: string): void
}

/**
 * Creates a tools server with the calculator, the text processor, the data transformer and additional
 * tools.
 *
 * @example
 * const server = toolsServer({ tools: [dice] })
 * server.remove('dice')
 * await server.close()
 */
export function toolsServer(options: ToolsServerOptions = {}): ToolsServer {
  const { tools: additionalTools = [], sandbox: overrides, ...serverOptions } = options
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-tools/worker'),
    timeoutMs: 5_000,
    overrides,
  })
  const handlersOf = createToolHandlers(sandbox)
  const byName = new Map<string, Tool>()
  for (const tool of [...builtinTools, ...additionalTools]) register(byName, tool)

  const { type, target: targetKey, fixedTarget, operations } = tools
  const address = { type, targetKey }
  const catalogue: OperationGroup = {
    ...address,
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
      ...address,
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
    // The server handles all requests of its type, so that it can suggest the most similar name for an
    // unknown tool.
    routes: [address],
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
      register(byName, tool)
      change([tool.name], [])
    },
    remove(name) {
      if (!byName.delete(name)) throw notFound('tool', name, byName.keys())
      change([], [name])
    },
  }
}

function register(byName: Map<string, Tool>, tool: Tool): void {
  const { name } = tool
  if (!/^[A-Za-z][\w-]{0,63}$/.test(name)) {
    throw new McpError(
      'invalid-request',
      `Invalid tool name: "${name}". A name starts with a letter, followed by letters, digits, "_" or "-", 64 characters at most.`,
    )
  }
  if (name === tools.fixedTarget || byName.has(name)) {
    throw new McpError('conflict', `A tool named "${name}" already exists.`)
  }
  byName.set(name, tool)
}
