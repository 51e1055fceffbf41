import type { PolicyCaller } from './identity.ts'
import { claimTexts, isLocal } from './identity.ts'
import { compilePattern, toList } from './pattern.ts'

export type CallerTest = (caller: PolicyCaller) => boolean

/**
 * Returns a test for callers. Entries of `who` are `*` for all callers, `anonymous`, `authenticated`, `local`,
 * `role:<name>`, `scope:<name>`, `tenant:<name>`, `claim:<name>=<value>`, `id:<pattern>` or a pattern of an id.
 * A name and a value may be patterns, too, except the name of a claim.
 */
export function compileWho(who: string | readonly string[]): CallerTest {
  const tests = toList(who).map(compileEntry)
  const [only] = tests
  if (tests.length === 1 && only !== undefined) return only
  return (caller) => tests.some((test) => test(caller))
}

function compileEntry(entry: string): CallerTest {
  if (entry === '*') return () => true
  if (entry === 'anonymous') return ({ principal }) => principal === undefined
  if (entry === 'authenticated') return ({ principal }) => principal !== undefined
  if (entry === 'local') return isLocal
  const [, kind, value = ''] = /^(role|scope|tenant|claim|id):(.+)$/s.exec(entry) ?? []
  if (kind === 'role') return hasClaim('roles', value)
  if (kind === 'scope') return hasClaim('scopes', value)
  if (kind === 'tenant') return hasClaim('tenant', value)
  if (kind === 'claim') {
    const [name = '', expected = ''] = value.split(/=(.*)/s)
    return hasClaim(name, expected)
  }
  const matches = compilePattern(kind === 'id' ? value : entry)
  return ({ principal }) => principal !== undefined && matches(principal)
}

function hasClaim(name: string, pattern: string): CallerTest {
  const matches = compilePattern(pattern)
  return (caller) => claimTexts(caller, name).some(matches)
}
