import { builtinServers } from '@mcp/contracts'
import { freeToolName, splitArguments as splitBy, toolParameters } from '@mcp/llm'
import type { ToolParameters } from '@mcp/llm'
import { readResultName } from '@mcp/protocol'
import type { OperationDescription, ServerDescription } from '@mcp/protocol'

import { searchToolNames } from '../search/search-tool-names.ts'
import type { ToolDefinition } from './tool-definition.ts'
import { defineTool } from './tool-definition.ts'

/** A tool of `tools/list`, and the operation that it calls. */
export interface Tool {
  /**
   * Lower snake case, such as `calculator_add` or `resources_list`. A valid name in the definition of the
   * operation, such as that of a tool of an upstream server, is used unchanged.
   */
  readonly name: string
  /** Name of the server. */
  readonly server: string
  readonly operation: OperationDescription
  /** Name of the argument for the target, or undefined if callers do not choose the target. */
  readonly targetKey: string | undefined
  /** Built when it is first read, because the schemas of all operations take about 20 ms. */
  readonly definition: ToolDefinition
}

const builtinNames = new Set<string>(Object.values(builtinServers).map(({ name }) => name))

/** Returns whether a server has the name of one of the seven built-in servers. */
export function isBuiltin(serverName: string): boolean {
  return builtinNames.has(serverName)
}

/**
 * Returns one tool per operation with the audience `model`, except `readResult`, sorted by name. The tools of
 * the built-in servers receive their names first, so that another server cannot take one of these names.
 */
export function createTools(servers: readonly ServerDescription[]): Tool[] {
  const taken = new Set<string>(searchToolNames)
  const inOrder = [
    ...servers.filter(({ name }) => isBuiltin(name)),
    ...servers.filter(({ name }) => !isBuiltin(name)),
  ]
  const tools = inOrder.flatMap(({ name: server, operations }) =>
    operations.filter(isTool).map((operation) => {
      const name = ownName(operation, taken) ?? derivedName(server, operation, taken)
      taken.add(name)
      return createTool(name, server, operation)
    }),
  )
  return tools.toSorted(byName)
}

/** Returns the name in the definition of the operation, unless it is invalid or another tool has it. */
function ownName(
  { definition }: OperationDescription,
  taken: ReadonlySet<string>,
): string | undefined {
  const name = definition?.['name']
  if (typeof name !== 'string' || taken.has(name)) return undefined
  return /^[\w.-]{1,128}$/.test(name) ? name : undefined
}

function derivedName(
  server: string,
  { type, operation, target }: OperationDescription,
  taken: ReadonlySet<string>,
): string {
  const address = { type, operation, server }
  return freeToolName(target === undefined ? address : { ...address, target }, taken)
}

export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1
}

// The operation `readResult` is not a tool, because the tool `read_result` reads the large results of all
// servers. A server of another protocol may have a tool of its own with this name.
function isTool({ audience, operation, definition }: OperationDescription): boolean {
  return audience === 'model' && (operation !== readResultName || definition !== undefined)
}

function createTool(name: string, server: string, operation: OperationDescription): Tool {
  let parameters: ToolParameters | undefined
  let definition: ToolDefinition | undefined
  const readParameters = () => (parameters ??= toolParameters(operation))
  return {
    name,
    server,
    operation,
    get targetKey() {
      return operation.target === undefined ? readParameters().targetArgument : undefined
    },
    get definition() {
      return (definition ??= defineTool(operation, name, readParameters().schema))
    },
  }
}

/**
 * Splits the arguments of a call into the target of the request and its params.
 *
 * @example
 * splitArguments(readFile, { root: 'workspace', path: 'a.txt' })
 * // { target: 'workspace', params: { path: 'a.txt' } }
 */
export function splitArguments(
  { operation, targetKey }: Tool,
  args: Readonly<Record<string, unknown>>,
): { target: unknown; params: Readonly<Record<string, unknown>> } {
  return splitBy(operation, targetKey, args)
}
