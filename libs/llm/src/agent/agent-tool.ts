import { isRecord } from '@mcp/protocol'

import type { ModelTool } from '../providers/model-provider.ts'
import { flatSchema, propertiesOf, requiredOf } from './flat-schema.ts'
import type { CatalogueOperation } from './tool-name.ts'
import { longToolName, toolName } from './tool-name.ts'

/** Type and payload of a request to the session. */
export interface AgentRequest {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** A tool that calls an operation of the catalogue. */
export interface AgentTool extends ModelTool {
  readonly operation: CatalogueOperation
  /** Name of the argument for the target. Undefined if the operation has a fixed target or none. */
  readonly targetArgument: string | undefined
}

/** Returns a tool with a unique name for each operation with the audience `model`. */
export function agentTools(catalogue: readonly CatalogueOperation[]): AgentTool[] {
  // These names are reserved for the tools that find and describe other tools.
  const taken = new Set(['search_tools', 'describe_tools'])
  return catalogue
    .filter(({ audience }) => audience === 'model')
    .map((operation) => {
      const name = freeName(operation, taken)
      taken.add(name)
      return createAgentTool(operation, name)
    })
}

function freeName(operation: CatalogueOperation, taken: ReadonlySet<string>): string {
  const names = [toolName(operation), longToolName(operation)]
  const free = names.find((name) => !taken.has(name))
  if (free !== undefined) return free
  let number = 2
  const numbered = () => `${toolName(operation).slice(0, 60)}_${number}`
  while (taken.has(numbered())) number++
  return numbered()
}

function createAgentTool(operation: CatalogueOperation, name: string): AgentTool {
  const { title, description, targetKey, targetSchema, targetRequired, examples } = operation
  const params = flatSchema(operation.paramsSchema)
  const isNamed = operation.target === undefined && targetSchema !== undefined
  const targetArgument = isNamed ? freeArgument(targetKey, params) : undefined
  return {
    name,
    title,
    description: `${title}. ${description}`,
    parameters: targetArgument === undefined ? params : withTarget(),
    examples: examples.map((example) => ({
      title: example.title,
      arguments:
        targetArgument === undefined || example.target === undefined
          ? example.params
          : { [targetArgument]: example.target, ...example.params },
    })),
    operation,
    targetArgument,
  }

  function withTarget() {
    const key = targetArgument ?? targetKey
    const required = [...(targetRequired ? [key] : []), ...requiredOf(params)]
    return {
      ...params,
      properties: { [key]: targetSchema ?? {}, ...propertiesOf(params) },
      ...(required.length === 0 ? {} : { required }),
    }
  }
}

function freeArgument(key: string, params: ModelTool['parameters']): string {
  return Object.hasOwn(propertiesOf(params), key) ? `${key}_target` : key
}

/** Converts a tool call to a request. */
export function toAgentRequest(
  { operation, targetArgument }: AgentTool,
  args: Readonly<Record<string, unknown>>,
): AgentRequest {
  const { type, targetKey } = operation
  if (targetArgument === undefined) {
    const target = operation.target === undefined ? {} : { [targetKey]: operation.target }
    return { type, payload: { ...target, operation: operation.operation, params: args } }
  }
  const { [targetArgument]: target, ...params } = args
  const named = target === undefined ? {} : { [targetKey]: target }
  return { type, payload: { ...named, operation: operation.operation, params } }
}

/**
 * Checks that the arguments are an object with all required properties. Returns the problem, or
 * undefined. The check precedes the approval, so that a user does not approve an invalid call.
 */
export function argumentProblem(
  { name, parameters }: ModelTool,
  args: unknown,
): string | undefined {
  if (!isRecord(args)) return `The arguments of ${name} must be a JSON object.`
  const missing = requiredOf(parameters).filter((key) => args[key] === undefined)
  if (missing.length === 0) return undefined
  const known = Object.keys(propertiesOf(parameters)).join(', ')
  return `${name} requires ${missing.map((key) => `"${key}"`).join(' and ')}. Parameters: ${known}.`
}
