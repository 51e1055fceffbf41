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

/** Returns the call of an operation. `args` include the target if the caller chooses it. */
export function toCall(
  operation: CatalogueOperation,
  args: Readonly<Record<string, unknown>>,
): DirectCall {
  const { type, targetKey, operation: name } = operation
  const { targetArgument } = toolParameters(operation)
  const { target, params } = splitArguments(operation, targetArgument, args)
  const addressed = target === undefined ? {} : { [targetKey]: target }
  const payload = { ...addressed, operation: name, params }
  return { type, payload, server: serverOf(operation), operation: name }
}

/** Returns the call of an operation of a built-in server, or a problem if it is not in the catalogue. */
export function builtinCall(
  catalogue: readonly CatalogueOperation[],
  [server, name, target]: readonly [server: BuiltinServer, operation: string, target?: string],
  args: Readonly<Record<string, unknown>>,
): DirectCall | DirectProblem {
  const operation = catalogue.find(
    (each) =>
      each.type === server.type &&
      each.operation === name &&
      (target === undefined || each.target === target),
  )
  if (operation !== undefined) return toCall(operation, args)
  const called = [server.name, target, name].filter((part) => part !== undefined).join('.')
  return { problem: `${called} is not available: no connected server offers it.` }
}
