import type { OperationDescription } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'

/** An operation of the catalogue. */
export interface CatalogueOperation extends OperationDescription {
  /** Name of the server. Default: name of the built-in server for the type, or else the type itself. */
  readonly server?: string | undefined
}

const maxLength = 64
const builtinNames = new Map<string, string>(
  Object.values(builtinServers).map(({ type, name }) => [type, name]),
)

/**
 * Returns the tool name of an operation: `calculator_add` for a tool of the tools server,
 * `<server>_<operation>` for the others.
 */
export function toolName(operation: CatalogueOperation): string {
  return joinName(ownerOf(operation), operation.operation)
}

/** Returns a tool name with the target or type, for an operation whose `toolName` is already in use. */
export function longToolName(operation: CatalogueOperation): string {
  return joinName(ownerOf(operation), operation.target ?? operation.type, operation.operation)
}

function ownerOf({ type, target, server }: CatalogueOperation): string {
  if (type === builtinServers.tools.type && target !== undefined) return target
  return server ?? builtinNames.get(type) ?? type
}

function joinName(...parts: readonly string[]): string {
  return parts.map(snakeCase).join('_').slice(0, maxLength)
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')
}
