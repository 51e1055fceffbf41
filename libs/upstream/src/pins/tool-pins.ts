import type { DocumentStore } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ListedTool } from '../catalogue/catalogue.ts'
import type { UpstreamOptions } from '../entry/upstream-options.ts'
import { createApprovedTools } from './approved-tools.ts'
import type { ChangedTool } from './tool-definition.ts'
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
  /** Reads the stored definitions, unless they have been read. Never throws. After a failure, the next call tries again. */
  load(): Promise<void>
  /** Reads the stored definitions again. Returns whether another process has approved some. Never throws. */
  reload(): Promise<boolean>
  /** Whether the stored definitions have been read. Before, each tool would count as one that was never seen. */
  isLoaded(): boolean
  /**
   * Compares tools with the approved definitions. Approves the tools that were never seen. In the mode `off`,
   * all tools are offered without a comparison.
   */
  check(tools: readonly ListedTool[]): CheckedTools
  /**
   * Approves the current definitions of changed tools.
   *
   * @param names - Names of tools. Default: all changed tools.
   * @throws McpError `not-found` if a name is not that of a changed tool.
   */
  approve(tools: readonly ListedTool[], names?: readonly string[]): Promise<void>
}

export function createToolPins(options: ToolPinsOptions): ToolPins {
  const { name, mode, store, onWarning, onError } = options
  const approved = createApprovedTools({ name, store, onError })
  /** Definitions of changed tools that were reported, by the names of the tools. */
  const reported = new Map<string, string>()
  let loading: Promise<unknown> | undefined

  async function load(): Promise<void> {
    if (approved.isRead()) return
    loading ??= approved.read().finally(() => {
      loading = undefined
    })
    await loading
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
    load,
    reload: () => approved.read(),
    isLoaded: () => approved.isRead(),
    check(tools) {
      if (mode === 'off') return { offered: [...tools], changed: [] }
      const unseen = tools.filter((tool) => !approved.has(tool.name))
      for (const tool of unseen) approved.set(tool.name, definitionOf(tool))
      if (unseen.length > 0) {
        const names = unseen.map((tool) => tool.name)
        approved.save(names, 'seen').catch(onError)
      }
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
      const accepted = changed.filter((tool) => names?.includes(tool.name) !== false)
      for (const tool of accepted) {
        approved.set(tool.name, definitionOf(tool))
        reported.delete(tool.name)
      }
      const acceptedNames = accepted.map((tool) => tool.name)
      await approved.save(acceptedNames, 'approved')
    },
  }
}
