import { Environment } from '@marcbachmann/cel-js'
import { isRecord } from '@mcp/protocol'

import { globMatches, hostOf, isUnder } from './condition-functions.ts'

/** The values that a condition can read. */
export interface ConditionValues {
  readonly params: Readonly<Record<string, unknown>>
  /** The target of the request, such as a database or a URL; null if it has none. */
  readonly target: unknown
  readonly principal: Readonly<Record<string, unknown>>
  readonly server: string
  readonly operation: string
}

/** A value that only a request has. */
export type ArgumentName = 'params' | 'target'

/** A compiled condition. */
export interface Condition {
  readonly text: string
  /** The values of the request that the condition reads. The other values are those of the caller and the operation. */
  readonly reads: readonly ArgumentName[]
  /** Returns whether the condition holds, or `error` if it cannot be evaluated for these values. */
  test(values: ConditionValues): boolean | 'error'
}

/**
 * Compiles a condition of the Common Expression Language (CEL).
 *
 * @throws Error with a one-line message if the expression is invalid.
 */
export function compileCondition(text: string): Condition {
  const environment = createEnvironment()
  const evaluate = environment.parse(text)
  refuseRegularExpressions(evaluate.ast)
  const { valid, type, error } = evaluate.check()
  if (!valid) throw new Error(firstLine(error))
  if (type !== 'bool' && type !== 'dyn') throw new Error(`must be true or false, not ${type}`)
  return {
    text,
    reads: argumentNames.filter((name) => readsVariable(evaluate.ast, name)),
    test(values) {
      try {
        const result: unknown = evaluate({ ...values })
        return typeof result === 'boolean' ? result : 'error'
      } catch {
        return 'error'
      }
    },
  }
}

// The limits bound the time of a parse. The time of an evaluation grows with the size of the arguments only.
const limits = { maxAstNodes: 1000, maxDepth: 64, maxListElements: 1000, maxMapEntries: 100 }

let shared: Environment | undefined

function createEnvironment(): Environment {
  return (shared ??= new Environment({ unlistedVariablesAreDyn: false, limits })
    .registerVariable('params', 'map')
    .registerVariable('target', 'dyn')
    .registerVariable('principal', 'map')
    .registerVariable('server', 'string')
    .registerVariable('operation', 'string')
    .registerFunction('under(dyn, string): bool', isUnder)
    .registerFunction('host(dyn): string', hostOf)
    .registerFunction('glob(dyn, string): bool', globMatches))
}

/**
 * Refuses CEL's `matches`, which uses the regular expressions of JavaScript. An argument of a caller could make
 * such an expression run for minutes.
 *
 * @throws Error if the expression calls `matches`.
 */
function refuseRegularExpressions(ast: unknown): void {
  if (Array.isArray(ast)) {
    for (const each of ast) refuseRegularExpressions(each)
  } else if (isRecord(ast)) {
    const { op, args } = ast
    if ((op === 'call' || op === 'rcall') && Array.isArray(args) && args[0] === 'matches') {
      throw new Error('matches() is not supported: use glob(), startsWith() or contains()')
    }
    refuseRegularExpressions(args)
  }
}

const argumentNames: readonly ArgumentName[] = ['params', 'target']

function readsVariable(ast: unknown, name: string): boolean {
  if (Array.isArray(ast)) return ast.some((each) => readsVariable(each, name))
  if (!isRecord(ast)) return false
  const { op, args } = ast
  return op === 'id' ? args === name : readsVariable(args, name)
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0] ?? message
}
