import type { OperationDescription } from '@mcp/protocol'
import { builtinServers } from '@mcp/contracts'

/** An operation of the catalogue. */
export interface CatalogueOperation extends OperationDescription {
  /** Name of the server. Default: name of the built-in server for the type, or else the type itself. */
  readonly server?: string | undefined
}

/** The fields of a catalogue operation that its tool name depends on. */
export type ToolAddress = Pick<CatalogueOperation, 'type' | 'target' | 'server' | 'operation'>

const maxLength = 64
const builtinNames = new Map<string, string>(
  Object.values(builtinServers).map(({ type, name }) => [type, name]),
)

/**
 * Returns the tool name of an operation: `calculator_add` for a tool of the tools server,
 * `<server>_<operation>` for the others.
 */
export function toolName(operation: ToolAddress): string {
  return joinName(ownerOf(operation), operation.operation)
}

/**
 * Returns the first name of an operation that is not taken: its `toolName`, then the name with the
 * target or type, then a numbered name.
 */
export function freeToolName(operation: ToolAddress, taken: ReadonlySet<string>): string {
  const { type, target } = operation
  const short = toolName(operation)
  const long = joinName(ownerOf(operation), target ?? type, operation.operation)
  const free = [short, long].find((name) => !taken.has(name))
  if (free !== undefined) return free
  let number = 2
  const numbered = () => `${short.slice(0, 60)}_${number}`
  while (taken.has(numbered())) number++
  return numbered()
}

/** Returns the name of the server of an operation. */
export function serverOf({ type, server }: Pick<ToolAddress, 'type' | 'server'>): string {
  return server ?? builtinNames.get(type) ?? type
}

function ownerOf(operation: ToolAddress): string {
  const { type, target } = operation
  if (type === builtinServers.tools.type && target !== undefined) return target
  return serverOf(operation)
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
