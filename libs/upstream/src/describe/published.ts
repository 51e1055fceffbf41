import type { Catalogue, ListedPrompt, ListedTool } from '../catalogue/catalogue.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { NamedItem } from '../names/name-items.ts'
import { nameItems } from '../names/name-items.ts'
import { createToolFilter } from '../names/tool-filter.ts'

/** Offer of an upstream server to clients: after the filter, with the names for clients. */
export interface Published {
  readonly tools: readonly NamedItem<ListedTool>[]
  readonly prompts: readonly NamedItem<ListedPrompt>[]
  /** Messages for the operator, such as about ambiguous names. */
  readonly problems: readonly string[]
  /** Returns the tool with this name at the upstream server. */
  tool(name: string): ListedTool | undefined
  /** Returns the prompt with this name for clients. */
  prompt(publicName: string): ListedPrompt | undefined
}

/** Applies the filter and the names of an entry to a catalogue. */
export function publish(
  catalogue: Pick<Catalogue, 'tools' | 'prompts'>,
  serverName: string,
  { prefix, allow, deny }: Pick<UpstreamEntry['hub'], 'prefix' | 'allow' | 'deny'>,
): Published {
  const start = prefix ? `${serverName}_` : ''
  const permits = createToolFilter({ allow, deny })
  const named = nameItems(
    catalogue.tools.filter(({ name }) => permits(name)),
    start,
  )
  const tools = named.items
  const prompts = nameItems(catalogue.prompts, start)
  const toolsByName = new Map(tools.map(({ item }) => [item.name, item]))
  const promptsByName = new Map(prompts.items.map(({ item, name }) => [name, item]))
  return {
    tools,
    prompts: prompts.items,
    problems: [...named.problems, ...prompts.problems],
    tool: (name) => toolsByName.get(name),
    prompt: (name) => promptsByName.get(name),
  }
}
