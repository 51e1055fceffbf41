import { execFile } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'
import { describe, expect, it, vi } from 'vitest'

import { failure, fixture, isAlive, openSandbox } from './fixtures/open-sandbox.ts'
import { createSandbox } from './sandbox.ts'

/** Creates a clock on which timers of `manualMs` fire when `fire` is called. Others use the system clock. */
function createManualClock(manualMs: number) {
  const pending = new Set<() => void>()
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (ms !== manualMs) return systemClock.after(ms, run)
      pending.add(run)
      return () => pending.delete(run)
    },
  }
  const fire = () => {
    for (const run of pending) run()
    pending.clear()
  }
  return { clock, pending, fire }
}

/** Runs a program until it exits, with any exit code. */
function runProgram(name: string): Promise<{ stdout: string }> {
  const args = ['--conditions=@mcp/source', '--no-warnings', fileURLToPath(fixture(name))]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 15_000 }, (_error, stdout) => resolve({ stdout }))
  })
}

describe('timeout', () => {
  it('stops a job that loops, and runs the next one', async () => {
    const sandbox = openSandbox({ timeoutMs: 100 })
    const error = await failure(sandbox.run('script', 'for (;;);'))
    expect(error).toMatchObject({ code: 'timeout', details: { limitMs: 100 } })
    expect(await sandbox.run('echo', 'next')).toBe('next')
  })

  it('stops a job during a long native call', async () => {
    const sandbox = openSandbox()
    const script = `/^(a+)+$/.test('a'.repeat(60) + 'b')`
    expect((await failure(sandbox.run('script', script, { timeoutMs: 100 }))).code).toBe('timeout')
  })

  it('counts a loop in the microtasks that a job leaves behind as time of that job', async () => {
    const sandbox = openSandbox({ timeoutMs: 200 })
    const script = 'Promise.resolve().then(() => { for (;;); }); 1'
    expect((await failure(sandbox.run('script', script))).code).toBe('timeout')
    expect(await sandbox.run('echo', 'next')).toBe('next')
  })

  it('does not include the time a worker takes to load', async () => {
    const sandbox = openSandbox({ worker: fixture('slow-worker'), timeoutMs: 200 })
    expect(await sandbox.run('echo', 'loaded')).toBe('loaded')
  })

  it('keeps a spare worker, so that the job after a timeout does not wait for a start', async () => {
    const sandbox = openSandbox({
      worker: fixture('slow-worker'),
      maxConcurrent: 1,
      // The spare worker loads while the first job runs, which takes longer on a busy machine.
      timeoutMs: 8_000,
    })
    await failure(sandbox.run('spin', {}))
    const started = performance.now()
    await sandbox.run('echo', 1)
    // A new worker would take longer than 2 seconds to load.
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('keeps the last idle worker for other callers while the jobs of one end workers', async () => {
    const sandbox = openSandbox({
      worker: fixture('slow-worker'),
      maxConcurrent: 1,
      timeoutMs: 400,
    })
    const flood = Array.from({ length: 3 }, () =>
      failure(sandbox.run('spin', {}, { callerKey: 'a' })),
    )
    await flood[0]
    await sandbox.run('echo', 0, { callerKey: 'b' })
    for (const ended of flood) {
      expect((await ended).code).toBe('timeout')
      const started = performance.now()
      await sandbox.run('echo', 1, { callerKey: 'b' })
      // A new worker would take longer than 2 seconds to load.
      expect(performance.now() - started).toBeLessThan(1500)
    }
  }, 60_000)

  it('runs a small job on an idle worker in less than a millisecond', async () => {
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

describe('signal', () => {
  it('does not start a job whose signal is already aborted', async () => {
    const error = await failure(openSandbox().run('echo', 1, { signal: AbortSignal.abort() }))
    expect(error.code).toBe('cancelled')
  })

  it('does not start a waiting job after its signal aborts', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1 })
    const first = sandbox.run('script', 'globalThis.seen = 1')
    const controller = new AbortController()
    const second = sandbox.run('script', 'globalThis.seen = 2', { signal: controller.signal })
    controller.abort()
    expect((await failure(second)).code).toBe('cancelled')
    await first
    expect(await sandbox.run('script', 'globalThis.seen')).toBe(1)
  })

  it('kills the worker of a running job, which then uses no more CPU time', async () => {
    const sandbox = openSandbox({ timeoutMs: 10_000 })
    const pid = await sandbox.run('script', 'process.pid')
    const controller = new AbortController()
    const running = sandbox.run('script', 'for (;;);', { signal: controller.signal })
    controller.abort()
    expect((await failure(running)).code).toBe('cancelled')
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 100, interval: 5 })
  })
})

describe('queue', () => {
  it('runs at most maxConcurrent jobs at the same time', async () => {
    const sandbox = openSandbox({ maxConcurrent: 2 })
    const script = 'new Promise((resolve) => setTimeout(resolve, 30, process.pid))'
    const pids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => sandbox.run('script', script)))
    expect(new Set(pids).size).toBeLessThanOrEqual(3)
  })

  it('rejects a job with a retryable error if maxQueued jobs wait', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1, maxQueued: 2, maxQueuedPerCaller: 2 })
    const taken = [1, 2, 3].map((value) => sandbox.run('echo', value))
    const error = await failure(sandbox.run('echo', 4))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(await Promise.all(taken)).toEqual([1, 2, 3])
  })

  it('runs the jobs of different callers in turn', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1 })
    const order: unknown[] = []
    const run = (callerKey: string, name: string) =>
      sandbox.run('echo', name, { callerKey }).then((value) => order.push(value))
    await Promise.all([...['a1', 'a2', 'a3', 'a4'].map((name) => run('a', name)), run('b', 'b1')])
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3', 'a4'])
  })

  it('runs the job of another caller while one has maxConcurrent jobs running', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1, timeoutMs: 60_000 })
    const leaving = new AbortController()
    const loops = Array.from({ length: 10 }, () =>
      failure(sandbox.run('script', 'for (;;);', { callerKey: 'a', signal: leaving.signal })),
    )
    expect(await sandbox.run('echo', 'b', { callerKey: 'b' })).toBe('b')
    leaving.abort()
    expect((await Promise.all(loops)).map(({ code }) => code)).toEqual(loops.map(() => 'cancelled'))
  })

  it('leaves half of the queue to other callers', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1, maxQueued: 4 })
    const echo = (callerKey: string) => sandbox.run('echo', callerKey, { callerKey })
    const taken = [echo('a'), echo('a'), echo('a')]
    expect(await failure(echo('a'))).toMatchObject({ code: 'unavailable', retryable: true })
    expect(await Promise.all([...taken, echo('b')])).toEqual(['a', 'a', 'a', 'b'])
  })
})

describe('workers', () => {
  it('are reused, the most recently used one first', async () => {
    const sandbox = openSandbox()
    const first = await sandbox.run('script', 'process.pid')
    expect(await sandbox.run('script', 'process.pid')).toBe(first)
  })

  it('are stopped after the idle timeout, and started again for the next job', async () => {
    const { clock, pending, fire } = createManualClock(12_345)
    const sandbox = openSandbox({ clock, idleTimeoutMs: 12_345 })
    const pid = await sandbox.run('script', 'process.pid')
    await vi.waitFor(() => expect(pending.size).toBe(1))
    fire()
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
    expect(await sandbox.run('echo', 'again')).toBe('again')
  })

  it('report an error at load as unavailable, with the reason as the cause', async () => {
    const error = await failure(openSandbox({ worker: fixture('broken-worker') }).run('echo', 1))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).not.toContain('broken')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('the module is broken') })
  })

  it('are not restarted in a loop after an error at load', async () => {
    const sandbox = openSandbox({
      worker: fixture('broken-worker'),
      clock: { ...systemClock, now: () => 0 },
    })
    await failure(sandbox.run('echo', 1))
    const started = performance.now()
    const error = await failure(sandbox.run('echo', 2))
    expect(error.details).toEqual({ retryAfterMs: 250 })
    // Starting a worker takes a hundred times as long as rejecting the job.
    expect(performance.now() - started).toBeLessThan(100)
  })

  it('are stopped if they are not ready within startTimeoutMs', async () => {
    const sandbox = openSandbox({ worker: fixture('silent-worker'), startTimeoutMs: 200 })
    const error = await failure(sandbox.run('echo', 1))
    expect(error.code).toBe('unavailable')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('200 ms to load') })
  })

  it('do not keep the process alive while they are idle', async () => {
    const { stdout } = await runProgram('idle-program')
    expect(stdout).toMatch(/^\d+\s*$/)
    await vi.waitFor(() => expect(isAlive(stdout)).toBe(false), { timeout: 5000 })
  })

  it.skipIf(process.platform === 'win32')(
    'exit when the process that started them is killed',
    async () => {
      const { stdout } = await runProgram('killed-program')
      expect(stdout).toMatch(/^\d+\s*$/)
      await vi.waitFor(() => expect(isAlive(stdout)).toBe(false), { timeout: 5000 })
    },
  )

  it.each([
    ['unknown flag of Node', ['--no-such-flag']],
    ['flag with a null character', ['\0']],
  ])('report a failed start as unavailable: %s', async (_name, execArgv) => {
    const error = await failure(openSandbox({ execArgv }).run('echo', 1))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect(error.message).not.toContain('flag')
  })

  it('report a missing Node executable as unavailable', async () => {
    const execPath = vi.spyOn(process, 'execPath', 'get').mockReturnValue('/nowhere/node')
    const error = await failure(openSandbox().run('echo', 1))
    execPath.mockRestore()
    expect(error.code).toBe('unavailable')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('ENOENT') })
  })

  it('require a file URL', () => {
    expect(() => createSandbox({ worker: './worker.js' })).toThrow('file URL')
    expect(() => createSandbox({ worker: 'data:text/javascript,' })).toThrow('file URL')
  })
})

describe('close', () => {
  it('rejects all jobs, stops all workers, and is idempotent', async () => {
    const sandbox = openSandbox({ maxConcurrent: 1, timeoutMs: 10_000 })
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

  it('stops a worker that is still starting', async () => {
    const sandbox = openSandbox({ worker: fixture('silent-worker') })
    const job = failure(sandbox.run('echo', 1))
    await sandbox.close()
    expect((await job).code).toBe('unavailable')
  })
})

// Other processes also delay the loop, but not every time.
it('never blocks the event loop of the caller', { retry: 2 }, async () => {
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

describe('options', () => {
  it('are replaced by overrides that are set', async () => {
    const sandbox = openSandbox({
      timeoutMs: 5_000,
      maxResultBytes: 50,
      overrides: { timeoutMs: undefined, maxResultBytes: 1_000 },
    })
    expect(await sandbox.run('echo', 'x'.repeat(100))).toHaveLength(100)
    const error = await failure(sandbox.run('echo', 'x'.repeat(2_000)))
    expect(error).toMatchObject({ details: { limitBytes: 1_000 } })
  })

  it('resolve the worker when the first job runs', async () => {
    const worker = vi.fn<() => URL>(() => fixture('script-worker'))
    const sandbox = openSandbox({ worker })
    expect(worker).not.toHaveBeenCalled()
    await Promise.all([sandbox.run('echo', 1), sandbox.run('echo', 2)])
    expect(worker).toHaveBeenCalledOnce()
  })

  it('resolve the worker again after that failed', async () => {
    const worker = vi.fn<() => URL>(() => fixture('script-worker'))
    worker.mockImplementationOnce(() => {
      throw new Error('Module not found.')
    })
    const sandbox = openSandbox({ worker })
    await expect(sandbox.run('echo', 1)).rejects.toThrow('Module not found.')
    expect(await sandbox.run('echo', 2)).toBe(2)
  })
})
