import { matchesPattern } from '@mcp/protocol'

import { searchToolDefinitions } from '../search/search-tool-definitions.ts'
import { exactTokens } from './count-tokens.ts'
import type { CustomView } from './custom-view.ts'
import type { Tool } from './tool.ts'
import { isBuiltin } from './tool.ts'
import type { ToolDefinition } from './tool-definition.ts'

/** A selection of servers and tools under a path of its own, such as `/mcp/database`. */
export interface View {
  /** Name of the view, which is empty for `/mcp` itself. */
  readonly name: string
  /** Names of the servers whose resources and prompts belong to the view. */
  readonly servers: readonly string[]
  /** The listed tools in the order of the list, without the search tools. */
  readonly tools: readonly Tool[]
  /** The tools that `search_tools`, `get_tool_details` and `call_tool` reach. Contains `tools`. */
  readonly findable: readonly Tool[]
  /** If false, the view also lists the four search tools, by which a client reaches the unlisted tools. */
  readonly isComplete: boolean
  /** The content of `tools/list`. */
  readonly definitions: readonly ToolDefinition[]
  /** Servers whose tools are not listed, because the list would exceed the token budget. */
  readonly omitted: readonly string[]
  /** Names and patterns in the configuration of the view that match no server or tool. */
  readonly unmatched: readonly string[]
  /**
   * Returns the findable tool with this name, whether it is listed or not. Returns undefined for other names.
   */
  find(name: string): Tool | undefined
}

interface ViewParts extends Pick<View, 'name' | 'servers' | 'tools'> {
  /** The tools that the search tools reach. Without them, the view lists no search tools. */
  readonly findable?: readonly Tool[]
  readonly omitted?: readonly string[]
  readonly unmatched?: readonly string[]
}

/** Creates a view. Its definitions are built when they are first read. */
export function createView(parts: ViewParts): View {
  const { tools, findable = tools, omitted = [], unmatched = [] } = parts
  const isComplete = parts.findable === undefined
  let byName: Map<string, Tool> | undefined
  let definitions: readonly ToolDefinition[] | undefined
  return {
    ...parts,
    findable,
    isComplete,
    omitted,
    unmatched,
    get definitions() {
      return (definitions ??= [
        ...definitionsOf(tools),
        ...(isComplete ? [] : searchToolDefinitions()),
      ])
    },
    find(name) {
      byName ??= new Map(findable.map((tool) => [tool.name, tool]))
      return byName.get(name)
    },
  }
}

/**
 * Creates the view of `/mcp`. It lists the core operations, and all operations of a foreign server that
 * declares no core operations. If they exceed the budget, it leaves out whole foreign servers, the last
 * configured first.
 */
export function createDefaultView(
  servers: readonly string[],
  tools: readonly Tool[],
  budget: number,
): View {
  const listed = tools.filter(isListedByDefault(tools))
  const omitted = serversOverBudget(servers, listed, budget)
  return createView({
    name: '',
    servers,
    tools: listed.filter(({ server }) => !omitted.includes(server)),
    findable: tools,
    omitted,
  })
}

function serversOverBudget(
  servers: readonly string[],
  listed: readonly Tool[],
  budget: number,
): string[] {
  const byServer = Map.groupBy(listed, ({ server }) => server)
  const foreign = servers.filter((name) => !isBuiltin(name) && byServer.has(name))
  // Without foreign servers, the schemas of the tools are not needed here.
  if (foreign.length === 0) return []
  const tokensOf = (name: string) => exactTokens(definitionsOf(byServer.get(name) ?? []))
  let tokens = exactTokens([...definitionsOf(listed), ...searchToolDefinitions()])
  const omitted: string[] = []
  for (const name of foreign.toReversed()) {
    if (tokens <= budget) break
    tokens -= tokensOf(name)
    omitted.unshift(name)
  }
  return omitted
}

/** Creates a view that the configuration defines. */
export function createCustomView(
  { name, servers: chosen, allow, deny = [], pinned = [] }: CustomView,
  servers: readonly string[],
  tools: readonly Tool[],
): View {
  const unmatched = (chosen ?? []).filter((server) => !servers.includes(server))
  const candidates = tools.filter(({ server }) => chosen?.includes(server) ?? true)
  const matchersOf = (patterns: readonly string[]) =>
    patterns.map((pattern) => {
      const matches = (tool: string) => matchesPattern(tool, pattern)
      if (!candidates.some((tool) => matches(tool.name))) unmatched.push(pattern)
      return matches
    })
  const [denied, first] = [matchersOf(deny), matchersOf(pinned)]
  const allowed = allow === undefined ? undefined : matchersOf(allow)
  const rankOf = (tool: Tool) => {
    const rank = first.findIndex((matches) => matches(tool.name))
    return rank === -1 ? first.length : rank
  }
  return createView({
    name,
    servers: servers.filter((server) => chosen?.includes(server) ?? true),
    tools: candidates
      .filter(({ name: tool }) => allowed?.some((matches) => matches(tool)) ?? true)
      .filter(({ name: tool }) => !denied.some((matches) => matches(tool)))
      .toSorted((left, right) => rankOf(left) - rankOf(right)),
    unmatched,
  })
}

/**
 * Returns a test for the tools that `/mcp` lists. These are the core operations, and all operations of a
 * foreign server that declares no core operations.
 */
function isListedByDefault(tools: readonly Tool[]): (tool: Tool) => boolean {
  const withCore = new Set(tools.filter(isCore).map(({ server }) => server))
  return (tool) => isCore(tool) || (!isBuiltin(tool.server) && !withCore.has(tool.server))
}

const isCore = ({ operation }: Tool) => operation.core === true

const definitionsOf = (tools: readonly Tool[]) => tools.map(({ definition }) => definition)
