import type { OperationDescription, OperationHints } from '@mcp/protocol'

/** The operation that a caller wants to use, as the rules of a policy see it. */
export interface PolicySubject {
  readonly server: string
  /** Name of the operation, without a target. */
  readonly operation: string
  /** The only target of the operation, such as `calculator`. */
  readonly target?: string | undefined
  readonly hints: Readonly<Required<OperationHints>>
}

/** Hints of an operation that no server has described. Its effects are unknown, so it counts as risky. */
const unknownHints: PolicySubject['hints'] = {
  readOnly: false,
  idempotent: false,
  destructive: true,
  openWorld: true,
  interactive: false,
}

/** Returns the subject of an operation that a server has described. */
export function subjectOf(server: string, description: OperationDescription): PolicySubject {
  const { operation, target, hints } = description
  return { server, operation, target, hints }
}

/** Returns the subject of an operation that its server has not described. */
export function unknownSubject(server: string, operation: string): PolicySubject {
  return { server, operation, hints: unknownHints }
}

/** Returns the name of an operation in messages, such as `tools.calculator.add`. */
export function nameOf({ server, operation, target }: PolicySubject): string {
  return target === undefined ? `${server}.${operation}` : `${server}.${target}.${operation}`
}
