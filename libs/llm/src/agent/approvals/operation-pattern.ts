import type { CatalogueOperation } from '../tools/tool-name.ts'
import { serverOf } from '../tools/tool-name.ts'

/** Returns the target and the name of an operation: `calculator.add`, or `fetch` if it has no target. */
export function operationPath({ target, operation }: CatalogueOperation): string {
  return target === undefined ? operation : `${target}.${operation}`
}

/** Returns the complete name of an operation, such as `tools.calculator.add`. */
export function operationName(operation: CatalogueOperation): string {
  return `${serverOf(operation)}.${operationPath(operation)}`
}

/**
 * Whether a pattern names an operation: its complete name, or all operations of a server (`roots.*`) or
 * of a target (`tools.calculator.*`). No pattern names the operations of all servers.
 */
export function isAllowedBy(pattern: string, operation: CatalogueOperation): boolean {
  const server = `${serverOf(operation)}.`
  if (!pattern.startsWith(server)) return false
  const path = pattern.slice(server.length)
  const { target } = operation
  return (
    path === operationPath(operation) ||
    path === '*' ||
    (target !== undefined && path === `${target}.*`)
  )
}

/** Whether a list contains an operation: by its complete name, by its target or by its server. */
export function isListed(names: readonly string[], operation: CatalogueOperation): boolean {
  const server = serverOf(operation)
  return names.some(
    (name) =>
      name === server || isAllowedBy(name, operation) || isAllowedBy(`${name}.*`, operation),
  )
}
