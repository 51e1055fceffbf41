import { afterAll, describe, expect, it, vi } from 'vitest'

import { failure, fixture, openSandbox } from '../fixtures/open-sandbox.ts'
import { createSandbox } from '../sandbox.ts'

// Shared, because the start of a worker takes most of the time of a test.
const shared = createSandbox({ worker: fixture('script-worker') })
afterAll(() => shared.close())

describe('a job', () => {
  it('receives a copy of the input and returns a copy of its result', async () => {
    const value = { when: new Date(0), tags: new Set(['a']), big: 10n, missing: undefined }
    expect(await shared.run('echo', value)).toEqual(value)
    expect(await shared.run('double', { value: 21 })).toBe(42)
  })

  it('may return a promise', async () => {
    expect(await shared.run('script', 'Promise.resolve(7)')).toBe(7)
  })

  it('receives the input as it was when run was called', async () => {
    const input = { list: [1] }
    const result = shared.run('echo', input)
    input.list.push(2)
    expect(await result).toEqual({ list: [1] })
  })

  it('is not found by the name of an inherited property', async () => {
    expect((await failure(shared.run('constructor', {}))).code).toBe('internal')
    expect((await failure(shared.run('__proto__', {}))).code).toBe('internal')
  })

  it('has no environment variables', async () => {
    expect(await shared.run('script', 'Object.keys(process.env)')).toEqual([])
  })

  it('can neither write files nor start processes', async () => {
    const load = (name: string) => `process.getBuiltinModule('node:${name}')`
    const write = `${load('fs')}.writeFileSync('/tmp/sandbox-was-here', '')`
    const spawn = `${load('child_process')}.spawnSync('true').error ?? 'started'`
    const denied = expect.stringContaining('ERR_ACCESS_DENIED')
    expect((await failure(shared.run('script', write))).cause).toMatchObject({ message: denied })
    expect((await failure(shared.run('script', spawn))).cause).toMatchObject({ message: denied })
  })

  it('discards its output', async () => {
    const output = vi.spyOn(process.stderr, 'write')
    const script = `for (let i = 0; i < 5_000; i++) { console.error('x'.repeat(1e4)); console.log('x') } 'quiet'`
    expect(await openSandbox({ timeoutMs: 5_000 }).run('script', script)).toBe('quiet')
    expect(output).not.toHaveBeenCalled()
  })
})

describe('an error of a job', () => {
  it('preserves code, message and details of an McpError', async () => {
    const error = await failure(shared.run('throwMcpError', { near: ['feet'] }))
    expect(error.toBody()).toEqual({
      code: 'not-found',
      message: 'No such unit: "furlongs"',
      retryable: false,
      details: { near: ['feet'] },
    })
  })

  it.each([
    ['an error', `throw new TypeError('secret')`],
    ['a number', 'throw 5'],
    ['null', 'throw null'],
    ['undefined', 'throw undefined'],
    ['a symbol', `throw Symbol('secret')`],
    ['a promise that rejects', `Promise.reject('secret')`],
    ['a thenable that throws', `({ then() { throw 'secret' } })`],
    ['hostile getters', `throw { get message() { throw 1 }, get stack() { throw 2 } }`],
    ['a hostile proxy', `throw new Proxy({}, { get() { throw 1 }, has() { throw 2 } })`],
    ['a forged McpError', `throw { [Symbol.for('@mcp/protocol/error')]: true, code: 'forbidden' }`],
    [
      'an error with a hostile stack',
      `throw Object.assign(new Error(), { stack: { toString: 1 } })`,
    ],
    ['an endless stack', `(function f() { f() })()`],
  ])('becomes an internal error without the thrown text: %s', async (_name, code) => {
    const error = await failure(shared.run('script', code))
    expect(error.code).toBe('internal')
    expect(error.message).not.toContain('secret')
    expect(error.cause).toBeInstanceOf(Error)
    expect(await shared.run('echo', 'next')).toBe('next')
  })

  it('is not-cloneable if the result cannot be copied', async () => {
    const error = await failure(shared.run('script', '({ f: () => 1 })'))
    expect(error).toMatchObject({ code: 'invalid-params', details: { reason: 'not-cloneable' } })
    expect(error.message).not.toContain('=>')
  })

  it('is not-cloneable if the input cannot be copied', async () => {
    const error = await failure(shared.run('echo', () => 1))
    expect(error).toMatchObject({ code: 'invalid-params', details: { reason: 'not-cloneable' } })
  })

  it('is payload-too-large if the result exceeds maxResultBytes', async () => {
    const sandbox = openSandbox({ maxResultBytes: 10_000 })
    const error = await failure(sandbox.run('script', `'x'.repeat(20_000)`))
    expect(error).toMatchObject({ code: 'payload-too-large', details: { limitBytes: 10_000 } })
  })

  it('is internal if the job exits its process', async () => {
    const error = await failure(shared.run('script', 'process.exit(3)'))
    expect(error.code).toBe('internal')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('exit code 3') })
    expect(await shared.run('echo', 'next')).toBe('next')
  })
})
