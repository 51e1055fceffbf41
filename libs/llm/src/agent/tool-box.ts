import { isRecord } from '@mcp/protocol'

import type { ModelTool, ModelToolCall } from '../providers/model-provider.ts'
import type { AgentTool } from './agent-tool.ts'
import { agentTools, argumentProblem } from './agent-tool.ts'
import {
  describeTool,
  describeTools,
  searchTool,
  searchTools,
  unknownTool,
} from './search-tools.ts'
import type { CatalogueOperation } from './tool-name.ts'

/** The tools of one run. It tracks the tools that the model is offered. */
export interface ToolBox {
  /** Returns the tools for the next step. */
  listOffered(): readonly ModelTool[]
  find(name: string): AgentTool | undefined
  /** Returns the message that reports an unknown name. */
  describeUnknown(name: string): string
  /** Runs a call of `search_tools` or `describe_tools`. Returns undefined for other calls. */
  lookUp(call: ModelToolCall): LookUp | undefined
}

export type LookUp =
  | { readonly data: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

/**
 * Creates a tool box. It offers every tool if there are at most `maxTools`. If there are more, it offers
 * `search_tools`, `describe_tools` and the tools that the latter has described.
 */
export function createToolBox(catalogue: readonly CatalogueOperation[], maxTools: number): ToolBox {
  const tools = agentTools(catalogue)
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  if (tools.length <= maxTools) {
    return {
      listOffered: () => tools,
      find: (name) => byName.get(name),
      describeUnknown: (name) => unknownTool(name, byName),
      lookUp: () => undefined,
    }
  }

  const described = new Map<string, ModelTool>()
  return {
    listOffered: () => [searchTool, describeTool, ...described.values()],
    find: (name) => byName.get(name),
    describeUnknown: (name) => `${unknownTool(name, byName)} Use search_tools.`,
    lookUp(call) {
      if (call.name === searchTool.name) return search(tools, call.arguments)
      if (call.name === describeTool.name) return describe(call.arguments)
      return undefined
    },
  }

  function describe(args: unknown): LookUp {
    const problem = argumentProblem(describeTool, args)
    if (problem !== undefined) return { problem }
    const { found, unknown } = describeTools(tools, readNames(args))
    for (const tool of found) described.set(tool.name, tool)
    const result = found.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }))
    if (found.length === 0) return { problem: unknown.join(' ') || 'No names.' }
    return { data: { result, ...(unknown.length === 0 ? {} : { unknown }) } }
  }
}

function search(tools: readonly ModelTool[], args: unknown): LookUp {
  const problem = argumentProblem(searchTool, args)
  if (problem !== undefined || !isRecord(args)) return { problem: problem ?? '' }
  const limit = typeof args['limit'] === 'number' ? args['limit'] : undefined
  return { data: { result: searchTools(tools, String(args['query']), limit) } }
}

function readNames(args: unknown): string[] {
  const names = isRecord(args) ? args['names'] : undefined
  const list: unknown[] = Array.isArray(names) ? names : [names]
  return list.filter((name) => typeof name === 'string').slice(0, 20)
}
