import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import type { ListedTool } from '../catalogue/catalogue.ts'
import type { DocumentStore } from '../documents/document-store.ts'
import type { UpstreamOptions } from '../entry/upstream-options.ts'
import type { ChangedTool, ToolDefinition } from './tool-definition.ts'
import { definitionOf, differencesOf } from './tool-definition.ts'

export interface ToolPinsOptions {
  /** Name of the server. */
  readonly name: string
  readonly mode: UpstreamOptions['pins']
  readonly store: DocumentStore
  /** Receives a message about each change of a tool, once. */
  readonly onWarning: (message: string) => void
  readonly onError: (error: unknown) => void
}

/** The tools that the pins permit. */
export interface CheckedTools {
  readonly offered: ListedTool[]
  /** Tools whose definition differs from the approved one. */
  readonly changed: readonly ChangedTool[]
}

/** The approved definitions of the tools of one server. A tool is approved when it is first seen. */
export interface ToolPins {
  /** Reads the stored definitions. Never throws. Further calls return the same promise. */
  load(): Promise<void>
  /** Whether the stored definitions have been read. */
  isLoaded(): boolean
  /** Compares tools with the approved definitions. Approves the tools that were never seen. */
  check(tools: readonly ListedTool[]): CheckedTools
  /**
   * Approves the current definitions of changed tools.
   *
   * @param names - Names of tools. Default: all changed tools.
   * @throws McpError `not-found` if a name is not that of a changed tool.
   */
  approve(tools: readonly ListedTool[], names?: readonly string[]): Promise<void>
}

const schema = z.object({ tools: z.record(z.string(), z.record(z.string(), z.string())) })

export function createToolPins(options: ToolPinsOptions): ToolPins {
  const { name, mode, store, onWarning, onError } = options
  const approved = new Map<string, ToolDefinition>()
  /** Definitions of changed tools that were reported, by the names of the tools. */
  const reported = new Map<string, string>()
  let loading: Promise<void> | undefined
  let isLoaded = false

  async function load(): Promise<void> {
    try {
      const { data } = schema.safeParse(await store.read(name))
      for (const [tool, definition] of Object.entries(data?.tools ?? {})) {
        approved.set(tool, definition)
      }
    } catch (error) {
      onError(error)
    }
    isLoaded = true
  }

  function save(): Promise<void> {
    return store.write(name, { tools: Object.fromEntries(approved) })
  }

  function changeOf(tool: ListedTool): ChangedTool | undefined {
    const before = approved.get(tool.name)
    if (before === undefined) return undefined
    const differences = differencesOf(before, definitionOf(tool))
    if (differences.length === 0) return undefined
    return { tool: tool.name, isOffered: mode !== 'hold', differences }
  }

  function report(changed: readonly ChangedTool[]): void {
    const fresh = changed.filter((change) => {
      const text = JSON.stringify(change.differences)
      if (reported.get(change.tool) === text) return false
      reported.set(change.tool, text)
      return true
    })
    if (fresh.length === 0) return
    const names = fresh.map(({ tool }) => `"${tool}"`).join(', ')
    const held = mode === 'hold' ? ' They are not offered until they are approved.' : ''
    onWarning(
      `The server "${name}" has changed the definitions of the tools ${names}.${held} See "mcp servers changes ${name}".`,
    )
  }

  return {
    load: () => (loading ??= load()),
    isLoaded: () => isLoaded,
    check(tools) {
      if (mode === 'off') return { offered: [...tools], changed: [] }
      const unseen = tools.filter((tool) => !approved.has(tool.name))
      for (const tool of unseen) approved.set(tool.name, definitionOf(tool))
      if (unseen.length > 0) save().catch(onError)
      const changed = tools.flatMap((tool) => changeOf(tool) ?? [])
      report(changed)
      const withdrawn = new Set(
        changed.filter(({ isOffered }) => !isOffered).map(({ tool }) => tool),
      )
      return { offered: tools.filter((tool) => !withdrawn.has(tool.name)), changed }
    },
    async approve(tools, names) {
      const changed = tools.filter((tool) => changeOf(tool) !== undefined)
      for (const each of names ?? []) {
        if (changed.some((tool) => tool.name === each)) continue
        throw new McpError(
          'not-found',
          `The server "${name}" has no changed tool "${each.slice(0, 100)}". "mcp servers changes ${name}" lists them.`,
        )
      }
      for (const tool of changed) {
        if (names?.includes(tool.name) === false) continue
        approved.set(tool.name, definitionOf(tool))
        reported.delete(tool.name)
      }
      await save()
    },
  }
}
