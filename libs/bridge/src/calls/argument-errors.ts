import { didYouMean, isRecord, McpError, nearNames, summarizeIssues } from '@mcp/protocol'
import type { Issue, JsonSchema } from '@mcp/protocol'

import type { Tool } from '../catalogue/tool.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'

/** Maximum number of parameters that a message lists. */
const maxListed = 20

/**
 * Creates the error for invalid arguments of a tool. The error also has the issues of {@link unknownArguments},
 * because a required argument is often missing only because its name is misspelt.
 */
export function invalidArguments(
  toolName: string,
  issues: readonly Issue[],
  args: RpcParams,
  schema: JsonSchema,
): McpError {
  const known = issues.filter(({ message }) => !message.startsWith(unknownParameter))
  const all = [...unknownArguments(args, schema), ...known]
  return new McpError(
    'invalid-params',
    `Invalid arguments of ${toolName}: ${summarizeIssues(all)}`,
    {
      details: { issues: all },
    },
  )
}

/**
 * Returns the error of a call with the names that the client knows: those of the tool and its arguments.
 * The error of an operation names parts of its request, such as `payload.params.path`. Returns any other
 * error than `invalid-params` with such issues unchanged.
 */
export function toToolError(thrown: unknown, tool: Tool, args: RpcParams): unknown {
  if (!McpError.is(thrown) || thrown.code !== 'invalid-params') return thrown
  const issues = thrown.details?.['issues']
  if (!Array.isArray(issues) || issues.length === 0 || !issues.every(isPayloadIssue)) return thrown
  const own = issues.map(({ path, message }) => ({ path: argumentPath(path, tool), message }))
  return invalidArguments(tool.name, own, args, tool.definition.inputSchema)
}

const unknownParameter = 'unknown parameter'

/**
 * Returns an issue for each argument that the schema does not declare. Returns no issues if the schema declares
 * no properties, or if it has a schema for additional properties.
 */
export function unknownArguments(
  args: RpcParams,
  { properties, additionalProperties }: JsonSchema,
): Issue[] {
  if (!isRecord(properties) || isRecord(additionalProperties)) return []
  const names = Object.keys(properties)
  return Object.keys(args)
    .filter((key) => !Object.hasOwn(properties, key))
    .map((key) => {
      const near = nearNames(key, names)
      const hint =
        near.length > 0 ? didYouMean(near) : `. Known: ${names.slice(0, maxListed).join(', ')}`
      return { path: [key], message: `${unknownParameter}${hint}` }
    })
}

function isPayloadIssue(issue: unknown): issue is Issue {
  return (
    isRecord(issue) &&
    Array.isArray(issue['path']) &&
    issue['path'][0] === 'payload' &&
    typeof issue['message'] === 'string'
  )
}

function argumentPath([, first, ...rest]: Issue['path'], { targetKey, operation }: Tool) {
  if (first === 'params') return rest
  if (first === operation.targetKey && targetKey !== undefined) return [targetKey, ...rest]
  return first === undefined ? rest : [first, ...rest]
}
