import type { CatalogueOperation } from '@mcp/llm'
import { toolParameters } from '@mcp/llm'
import { didYouMean, nearNames } from '@mcp/protocol'

import { parseArguments } from '../arguments/parse-arguments.ts'
import type { DirectProblem, Invocation } from '../direct-call.ts'
import { serverOf } from '../direct-call.ts'

const dotted = /^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*){1,2}$/

/**
 * Reads `server.operation name=value`, `server.tool.operation` or `tool.operation`. Returns undefined if
 * the first word is not the name of an operation, and is not similar to one with arguments.
 */
export function readOperationCall(
  [name = '', ...words]: readonly string[],
  catalogue: readonly CatalogueOperation[],
): Invocation | DirectProblem | undefined {
  if (!dotted.test(name)) return undefined
  const operation = findOperation(name, catalogue)
  if (operation !== undefined) {
    const parsed = parseArguments(words, toolParameters(operation).schema)
    return 'problem' in parsed
      ? { problem: `${name}: ${parsed.problem}` }
      : { called: operation, ...parsed }
  }
  const first = name.slice(0, name.indexOf('.'))
  const isOwner = catalogue.some((each) => serverOf(each) === first || each.target === first)
  const hasArguments = words.length > 0 && words.every((word) => /^[\w.-]+:?=/.test(word))
  if (!isOwner && !hasArguments) return undefined
  const names = catalogue.map((each) => operationName(each))
  const near = nearNames(name, names)
  const hint = near.length === 0 ? nearNames(name, catalogue.flatMap(namesOf)) : near
  return { problem: `Unknown operation "${name}"${didYouMean(hint)}` }
}

/** Returns the operation with a name such as `roots.readFile`, `tools.calculator.add` or `calculator.add`. */
export function findOperation(
  name: string,
  catalogue: readonly CatalogueOperation[],
): CatalogueOperation | undefined {
  return catalogue.find((operation) => namesOf(operation).includes(name))
}

/** Returns the full name of an operation: `roots.readFile`, `tools.calculator.add`. */
export function operationName(operation: CatalogueOperation): string {
  return namesOf(operation)[0] ?? operation.operation
}

function namesOf(operation: CatalogueOperation): string[] {
  const { target, operation: name } = operation
  const server = serverOf(operation)
  if (target === undefined || target === server) return [`${server}.${name}`]
  return [`${server}.${target}.${name}`, `${target}.${name}`]
}
