import type { CatalogueOperation } from '@mcp/llm'
import { splitArguments, toolParameters } from '@mcp/llm'
import type { BuiltinServer } from '@mcp/contracts'
import { builtinServers } from '@mcp/contracts'

/** A request that a direct form stands for. */
export interface DirectCall {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly server: string
  readonly operation: string
}

/** The reason why a text with a direct form cannot run. */
export interface DirectProblem {
  readonly problem: string
}

const builtinNames = new Map<string, string>(
  Object.values(builtinServers).map(({ type, name }) => [type, name]),
)

/** Returns the name of the server of an operation. */
export function serverOf({ server, type }: CatalogueOperation): string {
  return server ?? builtinNames.get(type) ?? type
}

/** An operation, and its arguments with the target if the caller chooses it. */
export interface Invocation {
  readonly called: CatalogueOperation
  readonly arguments: Readonly<Record<string, unknown>>
}

/** Returns the request of an invocation. */
export function toCall({ called: operation, arguments: args }: Invocation): DirectCall {
  const { type, targetKey, operation: name } = operation
  const { targetArgument } = toolParameters(operation)
  const { target, params } = splitArguments(operation, targetArgument, args)
  const addressed = target === undefined ? {} : { [targetKey]: target }
  const payload = { ...addressed, operation: name, params }
  return { type, payload, server: serverOf(operation), operation: name }
}

/** Invokes an operation of a built-in server. Returns a problem if it is not in the catalogue. */
export function invoke(
  catalogue: readonly CatalogueOperation[],
  [server, name, target]: readonly [server: BuiltinServer, operation: string, target?: string],
  args: Readonly<Record<string, unknown>>,
): Invocation | DirectProblem {
  const operation = catalogue.find(
    (each) =>
      each.type === server.type &&
      each.operation === name &&
      (target === undefined || each.target === target),
  )
  if (operation !== undefined) return { called: operation, arguments: args }
  const called = [server.name, target, name].filter((part) => part !== undefined).join('.')
  return { problem: `${called} is not available: no connected server offers it.` }
}
