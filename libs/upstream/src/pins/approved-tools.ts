import type { DocumentStore } from '@mcp/files'
import * as z from 'zod'

import type { ToolDefinition } from './tool-definition.ts'
import { differencesOf } from './tool-definition.ts'

/** The approved definitions of the tools of one server, in memory and in a store. */
export interface ApprovedTools {
  has(tool: string): boolean
  get(tool: string): ToolDefinition | undefined
  /** Approves a definition in memory. `save` stores it. */
  set(tool: string, definition: ToolDefinition): void
  /** Whether the stored definitions have been read. */
  isRead(): boolean
  /** Reads the stored definitions. Returns whether one of them differs from that in memory. Never throws. */
  read(): Promise<boolean>
  /** Stores the definitions of tools. Those of tools that were only seen do not replace approved ones. */
  save(tools: readonly string[], how: 'approved' | 'seen'): Promise<void>
}

const schema = z.object({ tools: z.record(z.string(), z.record(z.string(), z.string())) })

type Definitions = Readonly<Record<string, ToolDefinition>>

/** Returns the definitions in a stored document. A damaged one contains none. */
function definitionsOf(document: unknown): Definitions {
  return schema.safeParse(document).data?.tools ?? {}
}

export interface ApprovedToolsOptions {
  /** Name of the server. */
  readonly name: string
  readonly store: DocumentStore
  readonly onError: (error: unknown) => void
}

export function createApprovedTools({ name, store, onError }: ApprovedToolsOptions): ApprovedTools {
  const approved = new Map<string, ToolDefinition>()
  let isRead = false
  let hasFailed = false

  function adopt(stored: Definitions): boolean {
    let isChanged = false
    for (const [tool, definition] of Object.entries(stored)) {
      const before = approved.get(tool)
      isChanged ||= before === undefined || differencesOf(before, definition).length > 0
      approved.set(tool, definition)
    }
    return isChanged
  }

  return {
    has: (tool) => approved.has(tool),
    get: (tool) => approved.get(tool),
    set: (tool, definition) => void approved.set(tool, definition),
    isRead: () => isRead,
    async read() {
      try {
        const stored = definitionsOf(await store.read(name))
        isRead = true
        hasFailed = false
        return adopt(stored)
      } catch (error) {
        // One report for each failure that lasts.
        if (!hasFailed) onError(error)
        hasFailed = true
        return false
      }
    },
    async save(tools, how) {
      const own = Object.fromEntries(tools.map((tool) => [tool, approved.get(tool) ?? {}]))
      let next: Definitions = {}
      await store.change(name, (current) => {
        const stored = definitionsOf(current)
        next = how === 'approved' ? { ...stored, ...own } : { ...own, ...stored }
        return { tools: next }
      })
      adopt(next)
    },
  }
}
