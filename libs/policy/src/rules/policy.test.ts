import { describeContract } from '@mcp/protocol'
import { database } from '@mcp/contracts/database'
import { internet } from '@mcp/contracts/internet'
import { prompts } from '@mcp/contracts/prompts'
import { roots } from '@mcp/contracts/roots'
import { sampling } from '@mcp/contracts/sampling'
import { tools } from '@mcp/contracts/tools'
import { describe, expect, it } from 'vitest'

import { examplePolicy } from '../fixtures/example-policy.ts'
import { explainDecision } from './explain.ts'
import { findSubject } from './find-subject.ts'
import type { PolicyCaller } from './identity.ts'
import { parsePolicy } from './policy.ts'
import { unknownSubject } from './subject.ts'

const servers = [database, internet, prompts, roots, sampling, tools].map((contract) =>
  describeContract(contract, 'test'),
)

const policy = parsePolicy(examplePolicy, { file: 'policy.yaml', allowsLocal: true })

const ada: PolicyCaller = { principal: 'ada' }
const admin: PolicyCaller = { principal: 'eve', claims: { roles: ['user', 'admin'] } }
const root: PolicyCaller = { principal: 'root' }
const analyst: PolicyCaller = { principal: 'ann', claims: { roles: ['analyst'] } }
const mallory: PolicyCaller = { principal: 'mallory-2' }
const evil: PolicyCaller = { principal: 'bob', claims: { tenant: 'evil', roles: ['analyst'] } }
const filer: PolicyCaller = { principal: 'fred', claims: { scopes: ['mail', 'files'] } }
const acme: PolicyCaller = { principal: 'amy', claims: { tenant: 'acme' } }
const writer: PolicyCaller = { principal: 'will', claims: { team: 'writers' } }
const local: PolicyCaller = {}
const remote: PolicyCaller = { address: '203.0.113.7' }

type Row = readonly [
  caller: PolicyCaller,
  operation: string,
  args: { target?: unknown; params?: Record<string, unknown> },
  effect: 'allow' | 'deny' | 'ask',
  rule: string | undefined,
  explained: string,
]

const path = (value: unknown) => ({ params: { path: value } })
const url = (target: unknown) => ({ target })

// prettier-ignore
const rows: readonly Row[] = [
  [ada, 'database.query', { target: 'shop' }, 'deny', undefined, 'it is for role:analyst'],
  [ada, 'database.execute', { target: 'billing' }, 'deny', 'no admin sql', 'denies database.execute for "ada"'],
  [admin, 'database.execute', { target: 'billing' }, 'deny', 'no admin sql', 'line 3'],
  [admin, 'database.transaction', { target: 'billing' }, 'deny', 'no admin sql', 'line 3'],
  [admin, 'database.query', { target: 'billing' }, 'allow', 'admins', 'line 9'],
  [admin, 'database.execute', { target: 'shop' }, 'allow', 'admins', "its condition does not hold: target == 'billing'"],
  [admin, 'roots.delete', path('x'), 'allow', 'admins', 'allows roots.delete'],
  [root, 'roots.delete', path('x'), 'allow', 'admins', 'allows roots.delete'],
  [{ principal: 'rooty' }, 'roots.delete', path('x'), 'deny', undefined, 'No rule applies'],
  [{ principal: 'x', claims: { roles: 'admin' } }, 'roots.delete', {}, 'allow', 'admins', '"x"'],
  [{ principal: 'x', claims: { roles: ['admins'] } }, 'roots.delete', {}, 'deny', undefined, 'it is for role:admin, root'],
  [mallory, 'tools.calculator.add', {}, 'deny', 'blocked', 'line 12'],
  [{ principal: 'mallory' }, 'tools.calculator.add', {}, 'deny', 'blocked', 'line 12'],
  [{ principal: 'not-mallory' }, 'tools.list', {}, 'allow', 'tools', 'allows tools'],
  [evil, 'database.query', { target: 'shop' }, 'deny', 'blocked', '(allow) does not apply: it is for role:admin, root.'],
  [local, 'database.query', {}, 'allow', 'anonymous reads', 'an anonymous caller on this machine'],
  [remote, 'database.query', {}, 'allow', 'anonymous reads', 'an anonymous caller.'],
  [remote, 'database.execute', {}, 'deny', undefined, 'The default is deny'],
  [local, 'database.execute', {}, 'allow', undefined, 'The default is allow'],
  [local, 'database.execute', { target: 'billing' }, 'deny', 'no admin sql', 'line 3'],
  [remote, 'internet.fetch', url('https://example.org/'), 'deny', undefined, 'it is for authenticated'],
  [local, 'tools.calculator.power', {}, 'deny', 'no powers', 'denies'],
  [analyst, 'database.query', { target: 'shop' }, 'allow', 'analysts read the shop', 'line 19'],
  [analyst, 'database.query', { target: 'shop', params: { maxRows: 100 } }, 'allow', 'analysts read the shop', 'allows'],
  [analyst, 'database.query', { target: 'shop', params: { maxRows: 101 } }, 'deny', undefined, 'its condition does not hold'],
  [analyst, 'database.query', { target: 'shop', params: { maxRows: 'many' } }, 'deny', undefined, 'its condition cannot be evaluated'],
  [analyst, 'database.query', { target: 'other' }, 'deny', undefined, 'target =='],
  [analyst, 'database.query', {}, 'deny', undefined, 'its condition does not hold'],
  [analyst, 'database.query', { target: ['shop'] }, 'deny', undefined, 'its condition does not hold'],
  [analyst, 'database.listTables', { target: 'shop' }, 'allow', 'analysts read the shop', 'database.listTables'],
  [analyst, 'database.execute', { target: 'shop' }, 'ask', 'analysts write after approval', 'requires an approval'],
  [analyst, 'database.execute', { target: 'billing' }, 'deny', 'no admin sql', 'line 3'],
  [analyst, 'database.execute', { target: 'other' }, 'deny', undefined, '(ask) does not apply: its condition does not hold'],
  [analyst, 'database.begin', { target: 'shop' }, 'deny', undefined, 'No rule applies'],
  [filer, 'roots.readFile', path('reports/a.txt'), 'allow', 'reports only', 'line 31'],
  [filer, 'roots.writeFile', path('reports/2026/b.txt'), 'allow', 'reports only', 'allows'],
  [filer, 'roots.readFile', path('reports/../secret'), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', path('reports\\..\\secret'), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', path('reports/%2e%2e/secret'), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', path('/reports/a'), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', path('reportsecret'), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', path('./reports/a'), 'allow', 'reports only', 'allows'],
  [filer, 'roots.readFile', path(7), 'deny', undefined, 'under(params.path'],
  [filer, 'roots.readFile', {}, 'deny', undefined, 'under(params.path'],
  [filer, 'roots.delete', path('reports/a.txt'), 'deny', undefined, 'No rule applies'],
  [{ principal: 'x', claims: { scopes: 'mail files' } }, 'roots.readFile', path('reports'), 'allow', 'reports only', 'allows'],
  [ada, 'internet.fetch', url('https://example.org/a'), 'allow', 'known hosts', 'line 37'],
  [ada, 'internet.fetch', url('https://DOCS.example.org./a'), 'allow', 'known hosts', 'allows'],
  [ada, 'internet.fetch', url('http://example.org/a'), 'deny', undefined, "host(target) in"],
  [ada, 'internet.fetch', url('https://example.org.evil.test/'), 'deny', undefined, 'known hosts'],
  [ada, 'internet.fetch', url('https://example.org@evil.test/'), 'deny', undefined, 'known hosts'],
  [ada, 'internet.fetch', url('example.org'), 'deny', undefined, 'known hosts'],
  [ada, 'internet.head', url('https://example.org/'), 'deny', undefined, 'No rule applies'],
  [ada, 'tools.calculator.power', {}, 'deny', 'no powers', 'tools.calculator.power'],
  [ada, 'tools.dataTransformer.query', {}, 'deny', 'no powers', 'line 46'],
  [ada, 'tools.calculator.add', {}, 'allow', 'tools', 'line 50'],
  [acme, 'sampling.createMessage', { target: 'm' }, 'allow', 'sampling budget', 'line 54'],
  [ada, 'sampling.createMessage', { target: 'm' }, 'deny', undefined, 'it is for tenant:acme'],
  [writer, 'prompts.render', { target: 'will-hello' }, 'allow', 'own prompts', 'line 60'],
  [writer, 'prompts.render', { target: 'ada-hello' }, 'deny', undefined, 'glob(target'],
  [writer, 'prompts.list', {}, 'allow', 'own prompts', 'allows'],
  [writer, 'prompts.delete', { target: 'will-hello' }, 'allow', 'own prompts', 'allows'],
  [ada, 'prompts.constructor', {}, 'deny', undefined, 'No rule applies'],
  [ada, 'unknown.anything', {}, 'deny', undefined, 'The default is deny'],
]

describe('the decisions of a policy', () => {
  it('has at least 60 cases', () => expect(rows.length).toBeGreaterThanOrEqual(60))

  it.each(rows)('%j %s %j is %s by %s', (caller, name, args, effect, rule, explained) => {
    const [server = '', ...rest] = name.split('.')
    const [tool = '', operation] = rest
    const subject =
      operation === undefined
        ? findSubject(servers, server, tool)
        : { ...unknownSubject(server, operation), target: tool }
    const decision = policy.decide(caller, subject, args)
    expect([decision.effect, decision.rule?.name]).toEqual([effect, rule])
    const explanation = explainDecision(policy, caller, subject, { ...args, isComplete: true })
    expect(explanation).toMatchObject({ effect, rule: rule === undefined ? null : { name: rule } })
    const { reason, skipped, change } = explanation
    const texts = [reason, ...skipped.map(({ because }) => because), ...change]
    expect(texts.join('\n')).toContain(explained)
    expect(change.length).toBeGreaterThan(0)
  })
})

it('hides an operation only if no arguments permit it', () => {
  const visibility = (caller: PolicyCaller, name: string) => {
    const [server = '', operation = ''] = name.split('.')
    return policy.visibility(caller, findSubject(servers, server, operation))
  }
  expect(visibility(analyst, 'database.query')).toBe('allow')
  expect(visibility(analyst, 'database.execute')).toBe('ask')
  expect(visibility(analyst, 'database.begin')).toBe('deny')
  expect(visibility(ada, 'internet.fetch')).toBe('allow')
  expect(visibility(mallory, 'internet.fetch')).toBe('deny')
  expect(visibility(local, 'database.execute')).toBe('allow')
  expect(visibility(remote, 'database.execute')).toBe('deny')
})

it('applies a rule that denies if its condition cannot be evaluated, and no other rule', () => {
  const text = (effect: string) =>
    `default: allow\nrules: [{ where: "params.a.b == 1", effect: ${effect} }, { effect: ask }]`
  const decide = (effect: string) =>
    parsePolicy(text(effect)).decide(ada, unknownSubject('s', 'o'), { params: {} }).effect
  expect(decide('deny')).toBe('deny')
  expect(decide('allow')).toBe('ask')
})

const ofTenant =
  'rules:\n- { server: s, where: principal.tenant != "acme", effect: deny }\n- { effect: allow }'

it('evaluates conditions that read no argument, for explanations and for lists', () => {
  const own = parsePolicy(ofTenant)
  const other: PolicyCaller = { principal: 'eve', claims: { tenant: 'other' } }
  const subject = unknownSubject('s', 'o')
  expect(own.decide(other, subject, {}).effect).toBe('deny')
  expect(explainDecision(own, other, subject, { isComplete: false }).effect).toBe('deny')
  expect(own.visibility(other, subject)).toBe('deny')
  expect(own.visibility({ principal: 'ann', claims: { tenant: 'acme' } }, subject)).toBe('allow')
  const granted = parsePolicy(
    ofTenant
      .replace('!=', '==')
      .replace('deny', 'allow')
      .replace('{ effect: allow }', '{ effect: deny }'),
  )
  expect(granted.visibility(other, subject)).toBe('deny')
})

it('knows params and the target of a request independently', () => {
  const limited = parsePolicy(
    'rules:\n- { where: params.rows > 100, effect: deny }\n- { where: target == "shop", effect: allow }',
  )
  const explain = (args: object) =>
    explainDecision(limited, ada, unknownSubject('s', 'o'), { ...args, isComplete: false })
  expect(explain({ target: 'shop' })).toMatchObject({
    effect: 'allow',
    skipped: [{ because: 'it depends on the arguments: params.rows > 100' }],
  })
  expect(explain({ target: 'shop', params: { rows: 200 } }).effect).toBe('deny')
  expect(explain({ params: { rows: 1 } }).skipped.map(({ because }) => because)).toEqual([
    'its condition does not hold: params.rows > 100',
    'it depends on the arguments: target == "shop"',
  ])
})

it('lists the conditions if the arguments are not known', () => {
  const subject = findSubject(servers, 'database', 'query')
  const { skipped } = explainDecision(policy, analyst, subject, { isComplete: false })
  expect(skipped.at(-1)?.because).toContain('it depends on the arguments: target ==')
})

it.each([
  ['rules:\n  - efect: allow', /^p\.yaml:2: rules\[0\]\.efect: unknown field.*effect/],
  ['rules:\n  - effect: permit', /^p\.yaml:2: rules\[0\]\.effect: must be allow, deny or ask/],
  ['rules: [', /^p\.yaml:1: /],
  ['{"rules": [\n{"effect": "allow", "effect": "deny"}]}', /^p\.yaml:2: Map keys must be unique/],
  ['rules:\n- effect: allow\n  where: target = 1', /^p\.yaml:3: rules\[0\]\.where: "target = 1"/],
  ['rules:\n- effect: allow\n  where: user == 1', /Unknown variable: user/],
  ['rules:\n- effect: allow\n  where: "1 + 1"', /must be true or false, not int/],
  ['rules:\n- effect: allow\n  where: operation.matches("a")', /matches\(\) is not supported/],
  [
    'rules:\n- effect: allow\n  limit: { requests: 1, per: 1 minute }',
    /^p\.yaml:3: rules\[0\]\.limit\.per: must be a duration/,
  ],
  ['rules:\n- effect: allow\n  limit: { requests: 0, per: 1m }', /must be at least 1/],
  ['rules:\n- effect: deny\n  budget: { calls: 1 }', /a rule with the effect deny has no limit/],
  ['rules:\n- effect: allow\n  budget: {}', /must have calls, tokens or bytes/],
  ['rules:\n- effect: allow\n  hints: { readonly: true }', /unknown field.*readOnly/],
  ['rules: &a\n- effect: allow\ncases: *a', /aliases are not supported/],
  ['- effect: allow', /^p\.yaml:1: /],
  ['', /^p\.yaml:1: /],
  [`rules:\n- effect: allow\n  where: "${'('.repeat(300)}true${')'.repeat(300)}"`, /^p\.yaml:3: /],
])('reports the line and the problem of %j', (text, message) => {
  expect(() => parsePolicy(text, { file: 'p.yaml' })).toThrow(message)
})
