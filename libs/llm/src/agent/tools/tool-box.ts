import { isRecord } from '@mcp/protocol'

import { isListed, operationName } from '../approvals/operation-pattern.ts'
import type { ModelTool, ModelToolCall } from '../../providers/model-provider.ts'
import type { AgentTool } from './agent-tool.ts'
import { agentTools, missingArguments } from './agent-tool.ts'
import { toolTokens } from './count-tokens.ts'
import { namedTools } from './named-tools.ts'
import {
  describeTool,
  describeTools,
  readMoreTool,
  searchTool,
  unknownTool,
} from './search-tools.ts'
import { createToolMap } from './tool-map.ts'
import type { CatalogueOperation } from './tool-name.ts'
import { createToolSearch } from './tool-search.ts'

/**
 * Selection of the tools of a conversation. A name in `off` and `pinned` is the name of a server, the name of a
 * target with its server, such as `tools.calculator`, or the complete name of an operation.
 */
export interface ToolSelection {
  /** Servers and operations that the model cannot use. */
  readonly off?: readonly string[] | undefined
  /** Servers and operations that are always offered with their definitions. */
  readonly pinned?: readonly string[] | undefined
  /**
   * Complete names of the operations whose definitions were offered before, in this order. Pass `offered` of
   * the previous result, so that the prompt caches of providers stay valid.
   */
  readonly used?: readonly string[] | undefined
}

/** The tools of one run. It tracks the tools that the model is offered. */
export interface ToolBox {
  /**
   * Names of the tools, for the instructions, or an empty text if all tools are offered with their definitions.
   */
  readonly map: string
  /** Returns the tools for the next step. */
  listOffered(): readonly ModelTool[]
  /**
   * Returns the complete names of the offered operations, in order. Empty if all tools are offered from the
   * start.
   */
  offeredOperations(): string[]
  find(name: string): AgentTool | undefined
  /** Returns the message that reports an unknown name. */
  describeUnknown(name: string): string
  /**
   * Runs a call of `search_tools` or `describe_tools`. Returns undefined for other calls, and for all calls if
   * all tools are offered from the start.
   */
  lookUp(call: ModelToolCall): LookUp | undefined
}

export type LookUp =
  | { readonly data: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

export interface ToolBoxOptions extends ToolSelection {
  readonly prompt: string
  /** Maximum number of tools that are offered with their definitions from the start. */
  readonly maxTools: number
  /** Maximum number of tokens of these definitions. */
  readonly maxTokens: number
  /** Maximum number of tokens of the map. */
  readonly maxMapTokens: number
}

/**
 * Creates a tool box. It offers every tool with its definition if all fit in the limits. If not, it offers a
 * map of their names, `describe_tools`, `search_tools` if the map is incomplete, and the definitions of the
 * tools that are pinned, were used before or are named in the prompt.
 */
export function createToolBox(
  catalogue: readonly CatalogueOperation[],
  options: ToolBoxOptions,
): ToolBox {
  const { off = [], maxTools, maxTokens } = options
  const tools = agentTools(catalogue).filter(({ operation }) => !isListed(off, operation))
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const find = (name: string) => byName.get(name)
  const isSmall =
    tools.length <= maxTools &&
    (maxTools === Number.POSITIVE_INFINITY || sum(tools.map(toolTokens)) <= maxTokens)
  if (isSmall) {
    const all = maxTools === Number.POSITIVE_INFINITY ? tools : [readMoreTool, ...tools]
    return {
      map: '',
      listOffered: () => (tools.length === 0 ? [] : all),
      offeredOperations: () => [],
      find,
      describeUnknown: (name) => unknownTool(name, byName),
      lookUp: () => undefined,
    }
  }

  const { text: map, isCut } = createToolMap(tools, options.maxMapTokens)
  const search = createToolSearch(tools)
  const whole = new Map(firstTools(tools, search, options).map((tool) => [tool.name, tool]))
  const own = [...(isCut ? [searchTool] : []), describeTool, readMoreTool]
  return {
    map,
    listOffered: () => [...own, ...whole.values()],
    offeredOperations: () => Array.from(whole.values(), (tool) => operationName(tool.operation)),
    find,
    describeUnknown: (name) => unknownTool(name, byName),
    lookUp({ name, arguments: args }) {
      if (name === searchTool.name) return searchFor(args)
      if (name === describeTool.name) return describe(args)
      return undefined
    },
  }

  function searchFor(args: unknown): LookUp {
    const problem = missingArguments(searchTool, args)
    if (problem !== undefined || !isRecord(args)) return { problem: problem ?? '' }
    const limit = typeof args['limit'] === 'number' ? args['limit'] : undefined
    const result = search(String(args['query']), limit).map(({ name, description }) => ({
      name,
      description,
    }))
    return { data: { result } }
  }

  function describe(args: unknown): LookUp {
    const problem = missingArguments(describeTool, args)
    if (problem !== undefined) return { problem }
    const { found, unknown } = describeTools(tools, readNames(args))
    for (const tool of found) whole.set(tool.name, tool)
    if (found.length === 0) return { problem: unknown.join(' ') || 'No names.' }
    const result = found.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }))
    return { data: unknown.length === 0 ? { result } : { tools: result, unknown } }
  }
}

/** Returns the tools to offer from the start: used, pinned and named ones that fit in the limits. */
function firstTools(
  tools: readonly AgentTool[],
  search: (query: string, limit?: number) => readonly AgentTool[],
  { pinned = [], used = [], prompt, maxTools, maxTokens }: ToolBoxOptions,
): AgentTool[] {
  const byOperation = new Map(tools.map((tool) => [operationName(tool.operation), tool]))
  const candidates = [
    ...used.flatMap((name) => byOperation.get(name) ?? []),
    ...tools.filter(({ operation }) => isListed(pinned, operation)),
    ...namedTools(tools, search(prompt, 50), prompt),
  ]
  const chosen = new Set<AgentTool>()
  let tokens = 0
  for (const tool of candidates) {
    const size = toolTokens(tool)
    if (chosen.has(tool) || chosen.size >= maxTools || tokens + size > maxTokens) continue
    chosen.add(tool)
    tokens += size
  }
  return [...chosen]
}

const sum = (numbers: readonly number[]) => numbers.reduce((left, right) => left + right, 0)

function readNames(args: unknown): string[] {
  const names = isRecord(args) ? args['names'] : undefined
  const list: unknown[] = Array.isArray(names) ? names : [names]
  return list.filter((name) => typeof name === 'string').slice(0, 20)
}
