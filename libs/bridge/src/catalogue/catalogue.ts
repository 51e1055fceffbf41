import type { ServerDescription } from '@mcp/protocol'

import type { CustomView } from './custom-view.ts'
import type { Tool } from './tool.ts'
import { createTools } from './tool.ts'
import type { View } from './view.ts'
import { createCustomView, createDefaultView, createView } from './view.ts'

export interface CatalogueOptions {
  /**
   * Maximum number of tokens of the tools in `/mcp`, as `countTokens` counts them. The core tools of the
   * built-in servers are always listed. Default: 20,000.
   */
  readonly budget?: number | undefined
  /** Additional views. Default: none. */
  readonly views?: readonly CustomView[] | undefined
}

/** The tools of some servers, and the views on these tools. */
export interface Catalogue {
  /** All tools, sorted by name. */
  readonly tools: readonly Tool[]
  readonly budget: number
  /** Names of the views. The first is empty: `/mcp` itself. */
  readonly viewNames: readonly string[]
  /** Returns a view, which is created on the first call, or undefined for an unknown name. */
  view(name: string): View | undefined
}

export const defaultBudget = 20_000

/**
 * Creates the catalogue of standard MCP clients. A configured view takes precedence over a server of
 * the same name.
 *
 * @example
 * const catalogue = createCatalogue(await dispatcher.servers())
 * catalogue.view('database')?.definitions
 */
export function createCatalogue(
  servers: readonly ServerDescription[],
  { budget = defaultBudget, views: customViews = [] }: CatalogueOptions = {},
): Catalogue {
  const tools = createTools(servers)
  const names = Array.from(servers, ({ name }) => name)
  const creators = new Map<string, () => View>([
    ['', () => createDefaultView(names, tools, budget)],
    ['all', () => createView({ name: 'all', servers: names, tools })],
    ['search', () => createView({ name: 'search', servers: names, tools: [], findable: tools })],
  ])
  for (const name of names) {
    if (creators.has(name)) continue
    const own = () => tools.filter(({ server }) => server === name)
    creators.set(name, () => createView({ name, servers: [name], tools: own() }))
  }
  for (const view of customViews) {
    creators.set(view.name, () => createCustomView(view, names, tools))
  }

  const created = new Map<string, View>()
  return {
    tools,
    budget,
    viewNames: [...creators.keys()],
    view(name) {
      const known = created.get(name)
      if (known !== undefined) return known
      const view = creators.get(name)?.()
      if (view !== undefined) created.set(name, view)
      return view
    },
  }
}

interface KnownCatalogue {
  readonly servers: readonly ServerDescription[]
  readonly catalogue: Catalogue
}

// A catalogue with its definitions takes about 2 MB.
const maxCatalogues = 16

/**
 * Returns a function that creates the catalogue of servers. The function returns the same catalogue again for
 * the same servers with the same operations, unless 16 other catalogues were used since. Callers with different
 * rights have different catalogues.
 */
export function createCatalogueCache(
  options: CatalogueOptions = {},
): (servers: readonly ServerDescription[]) => Catalogue {
  // The last used catalogue is at the end.
  const known: KnownCatalogue[] = []
  return (servers) => {
    const index = known.findLastIndex((each) => hasSameOperations(each.servers, servers))
    const found = known[index] ?? { servers, catalogue: createCatalogue(servers, options) }
    if (index !== -1 && index === known.length - 1) return found.catalogue
    if (index !== -1) known.splice(index, 1)
    known.push(found)
    if (known.length > maxCatalogues) known.shift()
    return found.catalogue
  }
}

function hasSameOperations(
  left: readonly ServerDescription[],
  right: readonly ServerDescription[],
): boolean {
  return (
    left.length === right.length &&
    left.every(({ name, operations }, index) => {
      const other = right[index]
      return name === other?.name && operations === other.operations
    })
  )
}
