import { isRecord, summarizeIssues } from '@mcp/protocol'

import type { ModelTool } from '../../providers/model-provider.ts'
import { agentToolNames } from './agent-tool-names.ts'
import { propertiesOf, requiredOf } from './flat-schema.ts'
import { schemaProblems } from './schema-problems.ts'
import type { CatalogueOperation } from './tool-name.ts'
import { freeToolName } from './tool-name.ts'
import { splitArguments, toolParameters } from './tool-parameters.ts'

/** Type and payload of a request to the session. */
export interface AgentRequest {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** A tool that calls an operation of the catalogue. */
export interface AgentTool extends ModelTool {
  readonly operation: CatalogueOperation
  /** Name of the argument for the target, or undefined if the operation has a fixed target or none. */
  readonly targetArgument: string | undefined
}

/** Returns a tool with a unique name for each operation with the audience `model`. */
export function agentTools(catalogue: readonly CatalogueOperation[]): AgentTool[] {
  const taken = new Set<string>(agentToolNames)
  return catalogue
    .filter(({ audience }) => audience === 'model')
    .map((operation) => {
      const name = freeToolName(operation, taken)
      taken.add(name)
      return createAgentTool(operation, name)
    })
}

/** Returns the tool of an operation. */
export function createAgentTool(operation: CatalogueOperation, name: string): AgentTool {
  const { title, description, examples } = operation
  const { schema, targetArgument } = toolParameters(operation)
  return {
    name,
    title,
    description: `${title}. ${description}`,
    parameters: schema,
    examples: examples.filter(isReady).map((example) => ({
      title: example.title,
      arguments:
        targetArgument === undefined || example.target === undefined
          ? example.params
          : { [targetArgument]: example.target, ...example.params },
    })),
    operation,
    targetArgument,
  }
}

// A model or a user would copy the placeholder of an example that needs a value from another call.
const isReady = ({ requires }: CatalogueOperation['examples'][number]): boolean =>
  requires === undefined

/** Converts a tool call to a request. */
export function toAgentRequest(
  { operation, targetArgument }: AgentTool,
  args: Readonly<Record<string, unknown>>,
): AgentRequest {
  const { type, targetKey } = operation
  const { target, params } = splitArguments(operation, targetArgument, args)
  const addressed = target === undefined ? {} : { [targetKey]: target }
  return { type, payload: { ...addressed, operation: operation.operation, params } }
}

/**
 * Checks the arguments against the schema of the operation. Returns the problem with its path, or
 * undefined. The check precedes the approval, so that a user does not approve an invalid call.
 */
export function argumentProblem(tool: AgentTool, args: unknown): string | undefined {
  const { operation, targetArgument } = tool
  const missing = missingArguments(tool, args)
  if (missing !== undefined || !isRecord(args)) return missing
  const { target, params } = splitArguments(operation, targetArgument, args)
  const problems = [
    ...(targetArgument === undefined || target === undefined
      ? []
      : schemaProblems(operation.targetSchema ?? {}, target, [targetArgument])),
    ...schemaProblems(operation.paramsSchema, params),
  ]
  return problems.length === 0 ? undefined : `${tool.name}: ${summarizeIssues(problems)}`
}

/** Checks that the arguments are an object with all required properties. Returns the problem. */
export function missingArguments(
  { name, parameters }: ModelTool,
  args: unknown,
): string | undefined {
  if (!isRecord(args)) return `The arguments of ${name} must be a JSON object.`
  const missing = requiredOf(parameters).filter((key) => args[key] === undefined)
  if (missing.length === 0) return undefined
  const known = Object.keys(propertiesOf(parameters)).join(', ')
  return `${name} requires ${missing.map((key) => `"${key}"`).join(' and ')}. Parameters: ${known}.`
}
