import { createDispatcher } from '@mcp/dispatcher'
import { createRequest } from '@mcp/protocol'
import type { RequestContext } from '@mcp/protocol'
import { toolsServer } from '@mcp/server-tools'
import { afterEach, describe, expect, it } from 'vitest'

import type { AuditSink } from '../audit/create-audit.ts'
import { createAudit } from '../audit/create-audit.ts'
import { createMemoryCounters } from '../limits/memory-counters.ts'
import type { PolicyCounters } from '../limits/policy-counters.ts'
import { settableClock } from '../limits/policy-counters.contract.ts'
import { parsePolicy } from '../rules/policy.ts'
import type { AccessOptions } from './access.ts'
import { createAccess, staticPolicy } from './access.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Starts a dispatcher with the tools server and a policy. */
function start(policy: string | undefined, options: Partial<AccessOptions> = {}) {
  const source = policy === undefined ? undefined : staticPolicy(parsePolicy(policy))
  const access = createAccess({ policy: source, ...options })
  const dispatcher = createDispatcher({ servers: [toolsServer()], access })
  closing.push(() => dispatcher.close())
  const call = (
    tool: string,
    operation: string,
    params: Record<string, unknown>,
    context: Partial<RequestContext> = { principal: 'ada' },
  ) => dispatcher.dispatch(createRequest('tool-execution', { tool, operation, params }), context)
  return { dispatcher, call }
}

const sum = { a: 1, b: 2 }
const addOnly = `rules:
  - name: adding
    who: ada
    operation: [calculator.add, tools.batch, tools.list, tools.describe, tools.validate]
    effect: allow
  - name: no powers
    operation: calculator.power
    effect: deny`

describe('a dispatcher with a policy', () => {
  it('runs what a rule allows, and names the rule that denies', async () => {
    const { call } = start(addOnly)
    expect(await call('calculator', 'add', sum)).toMatchObject({ data: { result: 3 } })
    expect(await call('calculator', 'power', sum)).toMatchObject({
      error: {
        code: 'forbidden',
        message: 'You may not call tools.calculator.power: rule "no powers" (line 6) denies it.',
        details: { reason: 'policy', rule: 'no powers', line: 6 },
      },
    })
    expect(await call('calculator', 'subtract', sum)).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'policy' } },
    })
    expect(await call('calculator', 'add', sum, {})).toMatchObject({ error: { code: 'forbidden' } })
  })

  it('decides about each call of a batch, and about the call that is validated', async () => {
    const { call } = start(addOnly)
    const adding = { tool: 'calculator', operation: 'add', params: sum }
    const powers = { tool: 'calculator', operation: 'power', params: sum }
    const batch = (...calls: object[]) => call('tools', 'batch', { calls })
    expect(await batch(adding, adding)).toMatchObject({ status: 'success' })
    expect(await batch(adding, powers)).toMatchObject({
      error: { code: 'forbidden', details: { rule: 'no powers' } },
    })
    expect(await call('tools', 'validate', powers)).toMatchObject({ error: { code: 'forbidden' } })
    expect(await call('tools', 'validate', adding)).toMatchObject({ status: 'success' })
  })

  it('lists and describes only the usable operations', async () => {
    const { call, dispatcher } = start(addOnly)
    expect(await call('tools', 'list', {})).toMatchObject({
      data: { result: { items: [{ name: 'calculator', operations: ['add'] }] } },
    })
    expect(await call('tools', 'describe', { name: 'calculator' })).toMatchObject({
      data: { result: { operations: [{ operation: 'add' }] } },
    })
    expect(await call('tools', 'describe', { name: 'textProcessor' })).toMatchObject({
      error: { code: 'not-found' },
    })
    const names = (principal: string) =>
      dispatcher
        .descriptions({ principal })
        .flatMap(({ operations }) => operations.map(({ operation }) => operation))
        .toSorted()
    expect(names('ada')).toEqual(['add', 'batch', 'describe', 'list', 'validate'])
    expect(names('ben')).toEqual([])
    const [first] = dispatcher.descriptions({ principal: 'ada' })
    const [second] = dispatcher.descriptions({ principal: 'ada' })
    expect(first?.operations).toBe(second?.operations)
  })

  it('asks for an approval, and runs only what the user accepts', async () => {
    const { call, dispatcher } = start('rules: [{ name: careful, who: ada, effect: ask }]')
    const messages: string[] = []
    const contextWith = (action: 'accept' | 'decline') => ({
      principal: 'ada',
      ask: async ({ message }: { message: string }) => {
        messages.push(message)
        return { action }
      },
    })
    expect(await call('calculator', 'add', sum, contextWith('accept'))).toMatchObject({
      data: { result: 3 },
    })
    expect(messages).toEqual([
      'The policy rule "careful" requires your approval for tools.calculator.add: {"tool":"calculator","params":{"a":1,"b":2}}',
    ])
    expect(await call('calculator', 'add', sum, contextWith('decline'))).toMatchObject({
      error: { code: 'forbidden', details: { reason: 'approval-denied', rule: 'careful' } },
    })
    expect(await call('calculator', 'add', sum)).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('cannot receive interactions') },
    })
    const [tools] = dispatcher.descriptions({ principal: 'ada' })
    expect(tools?.operations.every(({ hints }) => hints.interactive)).toBe(true)
  })

  it('reads the roles of the caller', async () => {
    const { call } = start('rules: [{ who: role:maths, effect: allow }]')
    const maths = { principal: 'eve', claims: { roles: ['maths'] } }
    expect(await call('calculator', 'add', sum, maths)).toMatchObject({ status: 'success' })
    expect(await call('calculator', 'add', sum, { principal: 'eve' })).toMatchObject({
      error: { code: 'forbidden' },
    })
  })
})

describe('limits and budgets', () => {
  it.each([
    ['principal', 2],
    ['operation', 4],
    ['server', 2],
    ['all', 1],
  ])('holds a limit by %s within 2 % over ten minutes', async (by, shares) => {
    const clock = settableClock()
    const policy = `rules: [{ effect: allow, limit: { requests: 60, per: 1m, by: ${by} } }]`
    const { call } = start(policy, { clock, counters: createMemoryCounters(clock) })
    let allowed = 0
    const codes = new Set<string>()
    const begin = clock.time
    for (let step = 0; step < 1200; step++) {
      clock.time = begin + step * 500
      for (const principal of ['ada', 'ben']) {
        for (const operation of ['add', 'multiply']) {
          const response = await call('calculator', operation, sum, { principal })
          const code = response.status === 'success' ? 'success' : response.error.code
          codes.add(code)
          if (code === 'success') allowed++
        }
      }
    }
    expect([...codes].toSorted()).toEqual(['rate-limited', 'success'])
    // The first minute also permits a burst of one minute's requests.
    const expected = shares * 60 * 11
    expect(Math.abs(allowed - expected) / expected).toBeLessThan(0.02)
  })

  it('refuses calls beyond the budget of a day, and none of the next day', async () => {
    const clock = settableClock()
    clock.time = Date.parse('2026-05-01T23:00:00Z')
    const policy = 'rules: [{ name: few, effect: allow, budget: { calls: 2 } }]'
    const { call } = start(policy, { clock })
    const codes = async (principal: string) => {
      const response = await call('calculator', 'add', sum, { principal })
      return response.status === 'success' ? 'success' : response.error
    }
    expect(await codes('ada')).toBe('success')
    expect(await codes('ada')).toBe('success')
    expect(await codes('ada')).toMatchObject({
      code: 'rate-limited',
      message: expect.stringContaining('daily budget of 2 calls of rule "few" (line 1)'),
      details: { retryAfterMs: 3_600_000, rule: 'few' },
    })
    expect(await codes('ben')).toBe('success')
    clock.time += 3_600_000
    expect(await codes('ada')).toBe('success')
  })

  it.each(['memory', 'a shared store'])(
    'counts a refused call towards neither the limit nor the budget with counters in %s',
    async (store) => {
      const clock = settableClock()
      clock.time = Date.parse('2026-05-01T22:59:00Z')
      const memory = createMemoryCounters(clock)
      const shared: PolicyCounters = {
        take: async (key, limit, count) => memory.take(key, limit, count),
        add: async (key, amount, end) => memory.add(key, amount, end),
      }
      const policy = `rules:
        - operation: calculator.add
          effect: allow
          limit: { requests: 3, per: 1h }
          budget: { calls: 4 }
        - effect: allow`
      const { call } = start(policy, { clock, counters: store === 'memory' ? memory : shared })
      const add = async () => {
        const response = await call('calculator', 'add', sum)
        return response.status === 'success' ? 'success' : response.error.message
      }
      const adding = { tool: 'calculator', operation: 'add', params: sum }
      const batch = await call('tools', 'batch', { calls: Array.from({ length: 5 }, () => adding) })
      expect(batch).toMatchObject({
        error: { message: expect.stringContaining('The daily budget of 4 calls') },
      })
      for (let number = 0; number < 3; number++) expect(await add()).toBe('success')
      for (let number = 0; number < 3; number++) expect(await add()).toContain('The limit of')
      clock.time += 3_600_000
      expect(await add()).toBe('success')
      for (let number = 0; number < 3; number++) expect(await add()).toContain('The daily budget')
      clock.time += 60_000
      for (let number = 0; number < 2; number++) expect(await add()).toBe('success')
    },
  )

  it('returns the uses of earlier limits if a batch is refused at a later one', async () => {
    const { call } = start(`rules:
      - name: three
        operation: calculator.add
        effect: allow
        limit: { requests: 3, per: 1h }
      - name: one
        operation: calculator.subtract
        effect: allow
        limit: { requests: 1, per: 1h }
      - effect: allow`)
    const add = { tool: 'calculator', operation: 'add', params: sum }
    const subtract = { ...add, operation: 'subtract' }
    const batch = (...calls: object[]) => call('tools', 'batch', { calls })
    expect(await batch(subtract)).toMatchObject({ status: 'success' })
    expect(await batch(add, add, subtract)).toMatchObject({
      error: { code: 'rate-limited', details: { rule: 'one', retryAfterMs: expect.any(Number) } },
    })
    expect(await batch(add, add)).toMatchObject({ status: 'success' })
    expect(await batch(add, add)).toMatchObject({ error: { details: { rule: 'three' } } })
    expect(await batch(add)).toMatchObject({ status: 'success' })
    expect(await batch(add)).toMatchObject({ error: { details: { rule: 'three' } } })
  })

  it('refuses a batch that is larger than a limit without a time to wait', async () => {
    const { call } = start('rules: [{ name: few, effect: allow, limit: { requests: 3, per: 1h } }]')
    const add = { tool: 'calculator', operation: 'add', params: sum }
    expect(await call('tools', 'batch', { calls: [add, add, add] })).toMatchObject({
      error: {
        code: 'rate-limited',
        retryable: false,
        message:
          'The request counts as 4 requests, but the limit of rule "few" (line 1) permits 3 at once. Send fewer calls in a batch.',
      },
    })
    expect(await call('tools', 'batch', { calls: [add, add] })).toMatchObject({ status: 'success' })
  })

  it('counts the bytes of responses', async () => {
    const { call } = start('rules: [{ effect: allow, budget: { bytes: 1kB } }]')
    const text = { text: 'x'.repeat(600) }
    const upper = () => call('textProcessor', 'toUpperCase', text)
    expect(await upper()).toMatchObject({ status: 'success' })
    expect(await upper()).toMatchObject({ status: 'success' })
    expect(await upper()).toMatchObject({ error: { code: 'rate-limited' } })
  })

  it('counts the bytes of a batch once', async () => {
    const { call } = start('rules: [{ effect: allow, budget: { bytes: 1kB } }]')
    const adding = { tool: 'calculator', operation: 'add', params: sum }
    const batch = () => call('tools', 'batch', { calls: Array.from({ length: 5 }, () => adding) })
    const response = await batch()
    expect(response).toMatchObject({ status: 'success' })
    expect(JSON.stringify(response).length).toBeLessThan(800)
    expect(await batch()).toMatchObject({ status: 'success' })
  })
})

describe('the audit log', () => {
  function startWithAudit(options: { isRequired?: boolean; arguments?: 'redacted' } = {}) {
    const lines: Record<string, unknown>[] = []
    const changes: (string | undefined)[] = []
    const state = { isFull: false }
    const sink: AuditSink = {
      write(line) {
        if (state.isFull) throw new Error('ENOSPC: no space left on device')
        lines.push(JSON.parse(line))
      },
      close() {},
    }
    const onChange = (failure: string | undefined) => void changes.push(failure)
    const digest = () => 'd'
    const audit = createAudit({ sink, digest, onChange, ...options })
    return { ...start(addOnly, { audit }), lines, changes, state }
  }

  it('records who called what, the decision, the rule and the code', async () => {
    const { call, lines } = startWithAudit()
    await call('calculator', 'add', sum, { principal: 'ada', sessionId: `ses-${'a'.repeat(40)}` })
    await call('calculator', 'add', { a: 1, b: 'x' })
    await call('calculator', 'power', sum, { address: '203.0.113.7' })
    expect(lines).toMatchObject([
      {
        event: 'request',
        principal: 'ada',
        server: 'tools',
        operation: 'calculator.add',
        argumentsDigest: 'sha256:d',
        decision: 'allow',
        rule: 'adding',
        code: 'success',
        durationMs: expect.any(Number),
      },
      { code: 'invalid-params' },
      { address: '203.0.113.7', decision: 'deny', rule: 'no powers', code: 'forbidden' },
    ])
    expect(JSON.stringify(lines)).not.toContain('a'.repeat(40))
  })

  it('records arguments without secrets', async () => {
    const { call, lines } = startWithAudit({ arguments: 'redacted' })
    await call('calculator', 'add', { ...sum, apiKey: 'k-123', note: 'n'.repeat(1000) })
    expect(lines[0]?.['arguments']).toMatchObject({
      tool: 'calculator',
      params: { a: 1, b: 2, apiKey: '[secret]', note: `${'n'.repeat(200)}…` },
    })
  })

  it('records a request that ends at its deadline, and once', async () => {
    const { call, lines } = startWithAudit()
    const controller = new AbortController()
    const running = call(
      'tools',
      'batch',
      { calls: [{ tool: 'calculator', operation: 'add', params: sum }] },
      { principal: 'ada', signal: controller.signal },
    )
    controller.abort()
    await running
    expect(lines).toHaveLength(1)
  })

  it('reports a full disk once, and its end, and runs only read-only operations if required', async () => {
    const { call, lines, changes, state } = startWithAudit({ isRequired: true })
    const calls = { calls: [{ tool: 'calculator', operation: 'add', params: sum }] }
    expect(await call('tools', 'batch', calls)).toMatchObject({ status: 'success' })
    expect(lines.map(({ event }) => event)).toEqual(['started', 'request'])
    state.isFull = true
    expect(await call('tools', 'batch', calls)).toMatchObject({
      error: { code: 'unavailable', details: { reason: 'audit' } },
    })
    expect(await call('tools', 'list', {})).toMatchObject({ status: 'success' })
    expect(changes).toEqual(['ENOSPC: no space left on device'])
    state.isFull = false
    expect(await call('tools', 'batch', calls)).toMatchObject({ status: 'success' })
    expect(changes).toEqual(['ENOSPC: no space left on device', undefined])
  })
})
