import type { CatalogueOperation } from '@mcp/llm'
import { toolParameters } from '@mcp/llm'

import { parseArguments } from '../arguments/parse-arguments.ts'
import type { DirectProblem, Invocation } from '../direct-call.ts'
import { serverOf } from '../direct-call.ts'
import { findOperation } from '../find-operation.ts'

const dotted = /^[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*){1,2}$/

/**
 * Reads `server.operation name=value`, `server.tool.operation` or `tool.operation`. Returns undefined unless
 * the first word begins with a known server or target, or is followed only by arguments. In both cases, an
 * unknown operation is a problem.
 */
export function readOperationCall(
  [name = '', ...words]: readonly string[],
  catalogue: readonly CatalogueOperation[],
): Invocation | DirectProblem | undefined {
  if (!dotted.test(name)) return undefined
  const first = name.slice(0, name.indexOf('.'))
  const isOwner = catalogue.some((each) => serverOf(each) === first || each.target === first)
  const hasArguments = words.length > 0 && words.every((word) => /^[\w.-]+:?=/.test(word))
  if (!isOwner && !hasArguments) return undefined
  const operation = findOperation(
    name,
    catalogue.map((each) => ({ ...each, server: serverOf(each) })),
  )
  if ('problem' in operation) return operation
  const { found, target } = operation
  const { schema, targetArgument } = toolParameters(found)
  const targetWord =
    targetArgument === undefined || target === undefined
      ? []
      : [JSON.stringify({ [targetArgument]: target })]
  const parsed = parseArguments([...targetWord, ...words], schema)
  return 'problem' in parsed
    ? { problem: `${name}: ${parsed.problem}` }
    : { called: found, ...parsed }
}
