import { execFile } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { failure, fixture, isAlive, openSandbox } from './fixtures/open-sandbox.ts'
import { createSandbox } from './sandbox.ts'

/** A clock whose timers of one length fire when told; all others are the machine's. */
function createHeldClock(heldMs: number) {
  const held = new Set<() => void>()
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (ms !== heldMs) return systemClock.after(ms, run)
      held.add(run)
      return () => held.delete(run)
    },
  }
  const fire = () => {
    for (const run of held) run()
    held.clear()
  }
  return { clock, held, fire }
}

/** Runs a program to its end, whatever that is. */
function runProgram(name: string): Promise<{ stdout: string }> {
  const args = ['--conditions=@mcp/source', '--no-warnings', fileURLToPath(fixture(name))]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 15_000 }, (_error, stdout) => resolve({ stdout }))
  })
}

describe('time', () => {
  it('ends a job that loops, and the next one works', async () => {
    const sandbox = openSandbox({ timeoutMs: 100 })
    const error = await failure(sandbox.run('script', 'for (;;);'))
    expect(error).toMatchObject({ code: 'timeout', details: { limitMs: 100 } })
    expect(await sandbox.run('echo', 'next')).toBe('next')
  })

  it('ends a job inside one long native call', async () => {
    const sandbox = openSandbox()
    const script = `/^(a+)+$/.test('a'.repeat(60) + 'b')`
    expect((await failure(sandbox.run('script', script, { timeoutMs: 100 }))).code).toBe('timeout')
  })

  it('counts a loop among the microtasks a job leaves behind as its own time', async () => {
    const sandbox = openSandbox({ timeoutMs: 200 })
    const script = 'Promise.resolve().then(() => { for (;;); }); 1'
    expect((await failure(sandbox.run('script', script))).code).toBe('timeout')
    expect(await sandbox.run('echo', 'next')).toBe('next')
  })

  it('does not count what the worker takes to load', async () => {
    const sandbox = openSandbox({ worker: fixture('slow-worker'), timeoutMs: 200 })
    expect(await sandbox.run('echo', 'loaded')).toBe('loaded')
  })

  it('keeps a spare warm, so that the job after a timeout need not wait for a start', async () => {
    const sandbox = openSandbox({ worker: fixture('slow-worker'), size: 1, timeoutMs: 2_000 })
    await failure(sandbox.run('spin', {}))
    const started = performance.now()
    await sandbox.run('echo', 1)
    // The fixture takes longer than this to load.
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('answers small jobs from a warm worker in well under a millisecond', async () => {
    const sandbox = openSandbox()
    for (let i = 0; i < 200; i++) await sandbox.run('echo', i)
    const times: number[] = []
    for (let i = 0; i < 500; i++) {
      const started = performance.now()
      await sandbox.run('echo', i)
      times.push(performance.now() - started)
    }
    expect(times.toSorted((a, b) => a - b)[250]).toBeLessThan(1)
  })
})

describe('cancelling', () => {
  it('never starts a job whose signal is aborted already', async () => {
    const error = await failure(openSandbox().run('echo', 1, { signal: AbortSignal.abort() }))
    expect(error.code).toBe('cancelled')
  })

  it('never starts a waiting job whose signal is aborted', async () => {
    const sandbox = openSandbox({ size: 1 })
    const first = sandbox.run('script', 'globalThis.seen = 1')
    const controller = new AbortController()
    const second = sandbox.run('script', 'globalThis.seen = 2', { signal: controller.signal })
    controller.abort()
    expect((await failure(second)).code).toBe('cancelled')
    await first
    expect(await sandbox.run('script', 'globalThis.seen')).toBe(1)
  })

  it('kills a running job, which then uses no more of the processor', async () => {
    const sandbox = openSandbox({ timeoutMs: 10_000 })
    const pid = await sandbox.run('script', 'process.pid')
    const controller = new AbortController()
    const running = sandbox.run('script', 'for (;;);', { signal: controller.signal })
    controller.abort()
    expect((await failure(running)).code).toBe('cancelled')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 100, interval: 5 })
  })
})

describe('the queue', () => {
  it('runs no more jobs at once than the sandbox has size', async () => {
    const sandbox = openSandbox({ size: 2 })
    const script = 'new Promise((resolve) => setTimeout(resolve, 30, process.pid))'
    const pids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => sandbox.run('script', script)))
    expect(new Set(pids).size).toBeLessThanOrEqual(3)
  })

  it('refuses one job more than it holds, as something to try again', async () => {
    const sandbox = openSandbox({ size: 1, queue: 2 })
    const taken = [1, 2, 3].map((value) => sandbox.run('echo', value))
    const error = await failure(sandbox.run('echo', 4))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(await Promise.all(taken)).toEqual([1, 2, 3])
  })
})

describe('workers', () => {
  it('are reused, and the one used last comes first', async () => {
    const sandbox = openSandbox()
    const first = await sandbox.run('script', 'process.pid')
    expect(await sandbox.run('script', 'process.pid')).toBe(first)
  })

  it('are stopped when there was no job for a while, and started again for the next', async () => {
    const { clock, held, fire } = createHeldClock(12_345)
    const sandbox = openSandbox({ clock, idleMs: 12_345 })
    const pid = await sandbox.run('script', 'process.pid')
    await vi.waitFor(() => expect(held.size).toBe(1))
    fire()
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
    expect(await sandbox.run('echo', 'again')).toBe('again')
  })

  it('that break at load are one clear error, with the reason as its cause', async () => {
    const error = await failure(openSandbox({ worker: fixture('broken-worker') }).run('echo', 1))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).not.toContain('broken')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('the module is broken') })
  })

  it('that break at load are not started again in a hot loop', async () => {
    const sandbox = openSandbox({
      worker: fixture('broken-worker'),
      clock: { ...systemClock, now: () => 0 },
    })
    await failure(sandbox.run('echo', 1))
    const started = performance.now()
    const error = await failure(sandbox.run('echo', 2))
    expect(error.details).toEqual({ retryAfterMs: 250 })
    // A start would take a hundred times as long as the refusal.
    expect(performance.now() - started).toBeLessThan(100)
  })

  it('that never get ready are given up', async () => {
    const sandbox = openSandbox({ worker: fixture('silent-worker'), startTimeoutMs: 200 })
    const error = await failure(sandbox.run('echo', 1))
    expect(error.code).toBe('unavailable')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('200 ms to load') })
  })

  it('do not keep the process alive while they are idle', async () => {
    const { stdout } = await runProgram('idle-program')
    expect(isAlive(stdout)).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'end when the process that started them is killed',
    async () => {
      const { stdout } = await runProgram('killed-program')
      await vi.waitFor(() => expect(isAlive(stdout)).toBe(false))
    },
  )

  it.each([
    ['with a flag that Node does not know', ['--no-such-flag']],
    ['with a flag that no program can be given', ['\0']],
  ])('that cannot be started are one clear error: %s', async (_name, execArgv) => {
    const error = await failure(openSandbox({ execArgv }).run('echo', 1))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).not.toContain('flag')
  })

  it('that have no program to run are one clear error', async () => {
    const execPath = vi.spyOn(process, 'execPath', 'get').mockReturnValue('/nowhere/node')
    const error = await failure(openSandbox().run('echo', 1))
    execPath.mockRestore()
    expect(error.code).toBe('unavailable')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('ENOENT') })
  })

  it('must be named by a file URL', () => {
    expect(() => createSandbox({ worker: './worker.js' })).toThrow('file URL')
    expect(() => createSandbox({ worker: 'data:text/javascript,' })).toThrow('file URL')
  })
})

describe('closing', () => {
  it('ends running and waiting jobs and every worker, and may be repeated', async () => {
    const sandbox = openSandbox({ size: 1, timeoutMs: 10_000 })
    const pid = await sandbox.run('script', 'process.pid')
    const jobs = [sandbox.run('script', 'for (;;);'), sandbox.run('echo', 1)].map(failure)
    await Promise.all([sandbox.close(), sandbox.close()])
    expect((await Promise.all(jobs)).map(({ code }) => code)).toEqual([
      'unavailable',
      'unavailable',
    ])
    expect(isAlive(pid)).toBe(false)
    expect((await failure(sandbox.run('echo', 1))).code).toBe('unavailable')
    await sandbox.close()
  })

  it('ends a worker that is still starting', async () => {
    const sandbox = openSandbox({ worker: fixture('silent-worker') })
    const job = failure(sandbox.run('echo', 1))
    await sandbox.close()
    expect((await job).code).toBe('unavailable')
  })
})

it('never blocks the event loop of its caller', async () => {
  const sandbox = openSandbox({ timeoutMs: 300 })
  await sandbox.run('echo', 'warm')
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await Promise.allSettled([
    sandbox.run('script', 'for (;;);'),
    sandbox.run('script', 'const list = []; for (;;) list.push(1.5)'),
    sandbox.run('script', `'x'.repeat(3e6)`),
    sandbox.run('script', 'for (;;);'),
  ])
  delay.disable()
  expect(delay.percentile(99) / 1e6).toBeLessThan(50)
})
