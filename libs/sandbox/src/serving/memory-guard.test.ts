import { describe, expect, it } from 'vitest'

import { failure, openSandbox } from '../fixtures/open-sandbox.ts'

const endless = (body: string) => `const list = []; for (;;) { ${body} }`

describe('a job that allocates memory without limit', () => {
  it.each([
    ['small objects', endless('list.push({})')],
    // In a worker thread with the limits of V8, each of the next three jobs aborts the whole process.
    ['one growing array', endless('list.push(1.5)')],
    ['a large array in one call', `'a'.repeat(2 ** 28).split('')`],
    ['long strings', endless(`list.push(JSON.stringify('z'.repeat(1e7)))`)],
    [
      'large buffers, which V8 limits do not include',
      endless('list.push(new Uint8Array(1e9).fill(1))'),
    ],
    ['small buffers', endless('list.push(Buffer.alloc(1e5, 1))')],
    ['shared memory', endless('list.push(new Uint8Array(new SharedArrayBuffer(1e8)).fill(1))')],
    ['promises', 'const next = () => Promise.resolve().then(next); next()'],
  ])(
    'is stopped with memory-limit, without memory growth of the caller: %s',
    async (_name, body) => {
      const sandbox = openSandbox({ maxConcurrent: 1, timeoutMs: 15_000, maxMemoryMb: 64 })
      await sandbox.run('echo', 'warm')
      const before = process.memoryUsage.rss()

      const error = await failure(sandbox.run('script', `(() => { ${body} })()`))

      expect(error).toMatchObject({
        code: 'invalid-params',
        details: { reason: 'memory-limit', limitMb: 64 },
      })
      expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 2 ** 20)
      expect(await sandbox.run('echo', 'next')).toBe('next')
    },
  )
})

it('allows memory below the limit', async () => {
  const script = `new Uint8Array(150e6).fill(1).length`
  expect(await openSandbox({ timeoutMs: 15_000 }).run('script', script)).toBe(150e6)
})

it('replaces a worker that retains more than half of the limit', async () => {
  const sandbox = openSandbox({ maxConcurrent: 1, timeoutMs: 15_000, maxMemoryMb: 64 })
  const retain = `globalThis.retained = new Uint8Array(40e6).fill(1)
    new Promise((resolve) => setTimeout(resolve, 50, process.pid))`
  const pid = await sandbox.run('script', retain)
  expect(await sandbox.run('script', 'process.pid')).not.toBe(pid)
})
