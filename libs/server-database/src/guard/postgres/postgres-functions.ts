import type { FunctionInfo } from './postgres-catalog.ts'
import { dangerOfFunction, harmlessVolatile, trustedExtensions } from './postgres-names.ts'
import type { NameUse } from './postgres-reading.ts'

/** Decision about a function: allow it, refuse it, or check its body first. */
export type Judgement =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'read-body'; readonly body: string }

const allowed: Judgement = { verdict: 'allowed' }

/** Whether a name in a statement can refer to this function. */
export function canReferTo(use: NameUse, info: FunctionInfo): boolean {
  if (use.as !== info.use || use.name !== info.name) return false
  if (use.schema === undefined ? !info.visible : use.schema !== info.schema) {
    // This excludes only calls, because an operator can be in another schema than its function.
    if (use.as === 'call') return false
  }
  const { arguments: count } = use
  if (count === undefined) return true
  return count >= info.minArguments && count <= (info.maxArguments ?? Infinity)
}

/** Decides whether a statement may call the function. */
export function judgeFunction(info: FunctionInfo, level: 'read' | 'data'): Judgement {
  const name = `${info.schema}.${info.functionName}`
  const refuse = (reason: string): Judgement => ({
    verdict: 'refused',
    reason: `${name}(…) ${reason}`,
  })
  const isBuiltIn = info.schema === 'pg_catalog' || info.schema === 'information_schema'

  const danger = dangerOfFunction(info.functionName)
  if (danger !== undefined) return refuse(danger)
  if (info.runsAsOwner) return refuse('runs with the rights of its owner (SECURITY DEFINER)')
  if (info.extension === null && isBuiltIn) {
    return level === 'data' || isHarmless(info)
      ? allowed
      : refuse('is volatile: it may change something')
  }
  if (info.extension !== null) {
    if (!trustedExtensions.has(info.extension)) {
      return refuse(
        `belongs to the extension ${info.extension}, whose functions are not known to be harmless`,
      )
    }
    return level === 'data' || isHarmless(info)
      ? allowed
      : refuse('is volatile: it may change something')
  }
  if (level === 'data') {
    return info.languageTrusted
      ? allowed
      : refuse(`is written in ${info.language}, which may do anything`)
  }
  if (info.volatility === 'v') return refuse('is volatile: it may change something')
  if (info.setsSettings) return refuse('changes settings while it runs')
  if (info.language !== 'sql' || info.source === '') {
    return refuse(
      `is a function of this database in ${info.language}, whose body cannot be checked`,
    )
  }
  return { verdict: 'read-body', body: info.source }
}

function isHarmless({ volatility, functionName }: FunctionInfo): boolean {
  return volatility !== 'v' || harmlessVolatile.has(functionName)
}
