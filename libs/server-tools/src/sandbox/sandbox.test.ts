import { readFileSync } from 'node:fs'

import { afterAll, expect, it, vi } from 'vitest'

import { call, callResult } from '../fixtures/call.ts'
import { toolsServer } from '../tools-server.ts'

const server = toolsServer({ checkResults: true, sandbox: { timeoutMs: 2_000 } })

afterAll(() => server.close())

const endless = [
  ['calculator', 'evaluate', { expression: 'factorial(1e7)' }],
  ['dataTransformer', 'query', { data: {}, expression: '($f := function($x){$f($x)}; $f(1))' }],
  [
    'dataTransformer',
    'validate',
    { data: `${'a'.repeat(50)}!`, schema: { type: 'string', pattern: '(a+)+$' } },
  ],
  ['textProcessor', 'similarity', { a: 'a'.repeat(500_000), b: 'b'.repeat(500_000) }],
] as const

it.each(endless)('stops %s.%s when it takes too long', async (tool, operation, params) => {
  expect(await callResult(server, tool, operation, params)).toMatchObject({
    error: { code: 'timeout', message: expect.stringContaining(`${tool}.${operation}`) },
  })
})

const greedy = [
  ['calculator', 'evaluate', { expression: 'ones(100000, 100000)' }],
  ['dataTransformer', 'query', { data: {}, expression: '($f := function($x){1 + $f($x)}; $f(1))' }],
] as const

it.each(greedy)('stops %s.%s when it exceeds its limits', async (tool, operation, params) => {
  expect(await callResult(server, tool, operation, params)).toMatchObject({
    error: { code: expect.stringMatching(/^(?:invalid-params|timeout|payload-too-large)$/) },
  })
})

it('treats __proto__ as an ordinary key, even in objects that a query builds', async () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"x": 1}}')
  const merged = await callResult(server, 'dataTransformer', 'merge', {
    objects: [{ a: 1 }, hostile],
  })
  expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"x":1}}')
  const query = (expression: string) =>
    callResult(server, 'dataTransformer', 'query', { data: {}, expression, language: 'jmespath' })
  expect(await query('{"__proto__": `{"x": 1}`}.x')).toBeNull()
  expect(await query('from_items([[\'__proto__\', `{"x": 1}`]]).x')).toBeNull()
  expect(await query('{a: `1`}.__proto__')).toBeNull()
})

it('processes further calls afterwards', async () => {
  expect(await callResult(server, 'calculator', 'evaluate', { expression: '1 + 1' })).toMatchObject(
    {
      value: 2,
    },
  )
})

it('processes other calls while one runs in a worker', async () => {
  const controller = new AbortController()
  const slow = callResult(server, ...endless[0], { signal: controller.signal })
  expect(await callResult(server, 'calculator', 'add', { a: 1, b: 1 })).toBe(2)
  controller.abort()
  expect(await slow).toMatchObject({ error: { code: 'cancelled' } })
})

it('refuses params that nest too deep', async () => {
  const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => [inner], 1)
  const expected = { error: { code: 'payload-too-large' } }
  expect(await callResult(server, 'dataTransformer', 'flatten', { data: deep })).toMatchObject(
    expected,
  )
})

it('limits the growth of a replacement', async () => {
  const response = await callResult(server, 'textProcessor', 'replace', {
    text: 'a'.repeat(100_000),
    pattern: 'a',
    replacement: '$`',
  })
  expect(response).toMatchObject({
    error: { code: expect.stringMatching(/^(?:invalid-params|timeout|payload-too-large)$/) },
  })
})

it.skipIf(process.platform !== 'linux')(
  'uses at most 100 ms of processor time after a call was cancelled',
  async () => {
    const own = toolsServer({ sandbox: { timeoutMs: 30_000 } })
    // Starts the worker, so that it is ready for the call below.
    await call(own, 'calculator', 'evaluate', { expression: '1' })
    const before = new Map(children().map((pid) => [pid, processorTicks(pid)]))
    const controller = new AbortController()
    const slow = callResult(own, ...endless[0], { signal: controller.signal })
    await vi.waitFor(() => {
      const used = Array.from(before, ([pid, ticks]) => processorTicks(pid) - ticks)
      expect(Math.max(...used)).toBeGreaterThan(20)
    }, 10_000)

    const pids = [...before.keys()]
    const atCancel = new Map(pids.map((pid) => [pid, processorTicks(pid)]))
    const last = new Map(atCancel)
    controller.abort()
    expect(await slow).toMatchObject({ error: { code: 'cancelled' } })
    // The process of the call ends. Others may be starting, which takes processor time too.
    const ended = await vi.waitUntil(
      () => {
        // A process that is gone counts as 0, so the largest value is the last one of the running process.
        for (const [pid, ticks] of last) last.set(pid, Math.max(ticks, processorTicks(pid)))
        return pids.find((pid) => !children().includes(pid))
      },
      { timeout: 10_000, interval: 5 },
    )
    expect((last.get(ended) ?? 0) - (atCancel.get(ended) ?? 0)).toBeLessThanOrEqual(10)
    await own.close()
  },
)

function children(): number[] {
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return text.split(' ').filter(Boolean).map(Number)
}

/** Returns the processor time that a process has used, in hundredths of a second. */
function processorTicks(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11])
  } catch {
    return 0
  }
}
