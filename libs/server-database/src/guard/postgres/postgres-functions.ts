import type { FunctionFacts } from './postgres-catalog.ts'
import { harmlessVolatile, isDangerousFunction, trustedExtensions } from './postgres-names.ts'
import type { NameUse } from './postgres-reading.ts'

/** Decision about a function: allow it, refuse it, or check its body first. */
export type Judgement =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'refused'; readonly why: string }
  | { readonly verdict: 'read-body'; readonly body: string }

const allowed: Judgement = { verdict: 'allowed' }

/** Whether a use of a name may mean this function. */
export function mayReach(use: NameUse, facts: FunctionFacts): boolean {
  if (use.as !== facts.use || use.name !== facts.name) return false
  if (use.schema === undefined ? !facts.visible : use.schema !== facts.schema) {
    // An operator's schema is its own, which need not be its function's.
    if (use.as === 'call') return false
  }
  const { arguments: count } = use
  if (count === undefined) return true
  return count >= facts.minArguments && count <= (facts.maxArguments ?? Infinity)
}

/** Whether a statement may call the function. */
export function judgeFunction(facts: FunctionFacts, level: 'read' | 'data'): Judgement {
  const name = `${facts.schema}.${facts.functionName}`
  const refuse = (why: string): Judgement => ({ verdict: 'refused', why: `${name}(…) ${why}` })
  const isBuiltIn = facts.schema === 'pg_catalog' || facts.schema === 'information_schema'

  if (isDangerousFunction(facts.functionName)) return refuse('reaches beyond the data')
  if (facts.runsAsOwner) return refuse('runs with the rights of its owner (SECURITY DEFINER)')
  if (facts.extension === null && isBuiltIn) {
    return level === 'data' || isHarmless(facts)
      ? allowed
      : refuse('is volatile: it may change something')
  }
  if (facts.extension !== null) {
    if (!trustedExtensions.has(facts.extension)) {
      return refuse(`belongs to the extension ${facts.extension}, of which nothing is known`)
    }
    return level === 'data' || isHarmless(facts)
      ? allowed
      : refuse('is volatile: it may change something')
  }
  if (level === 'data') {
    return facts.languageTrusted
      ? allowed
      : refuse(`is written in ${facts.language}, which may do anything`)
  }
  if (facts.volatility === 'v') return refuse('is volatile: it may change something')
  if (facts.setsSettings) return refuse('changes settings while it runs')
  if (facts.language !== 'sql' || facts.source === '') {
    return refuse(
      `is a function of this database in ${facts.language}, whose text cannot be checked`,
    )
  }
  return { verdict: 'read-body', body: facts.source }
}

function isHarmless({ volatility, functionName }: FunctionFacts): boolean {
  return volatility !== 'v' || harmlessVolatile.has(functionName)
}
