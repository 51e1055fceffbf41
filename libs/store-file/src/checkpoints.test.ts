import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'

// STORE_LOAD=full runs with the default length of the journal, long enough for several checkpoints.
const isFull = process.env['STORE_LOAD'] === 'full'
const seconds = isFull ? 60 : 3
const ratePerSecond = isFull ? 500 : 300
const slowFlushMs = 30
const run = promisify(execFile)
const loadProgram = fileURLToPath(new URL('steady-load.fixture.ts', import.meta.url))

/** A library that makes each flush of a file to the disk take longer. */
const slowFlushSource = `
#include <unistd.h>
#include <sys/syscall.h>
int fsync(int fd) { usleep(${slowFlushMs * 1000}); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { usleep(${slowFlushMs * 1000}); return syscall(SYS_fdatasync, fd); }
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-file-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const figures = z.object({
  p99Ms: z.number(),
  maxLoopDelayMs: z.number(),
  journalBytes: z.number(),
  maxJournalBytes: z.number(),
})

/** Records requests at a steady rate in a process of its own. */
async function loadSteadily(maxJournalBytes: number, preload = '') {
  const file = join(folder, `${maxJournalBytes}.db`)
  const parameters = [file, maxJournalBytes, seconds, ratePerSecond].map(String)
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@mcp/source', loadProgram, ...parameters],
    { env: { ...process.env, LD_PRELOAD: preload } },
  )
  return figures.parse(JSON.parse(stdout))
}

const noCheckpoints = Number.MAX_SAFE_INTEGER
const mebibyte = 1024 * 1024

it('moves the journal into the file while requests are recorded', async () => {
  const none = await loadSteadily(noCheckpoints)
  const many = await loadSteadily(2 * mebibyte)
  expect(none.maxJournalBytes).toBeGreaterThan(4 * mebibyte)
  expect(many.maxJournalBytes).toBeLessThan(none.maxJournalBytes)
}, 600_000)

/** Compiles a library that delays each flush of a file to the disk. */
async function compileSlowDisk(): Promise<string | undefined> {
  const library = join(folder, 'slow-flush.so')
  const source = join(folder, 'slow-flush.c')
  writeFileSync(source, slowFlushSource)
  try {
    await run('cc', ['-shared', '-fPIC', '-o', library, source])
    return library
  } catch {
    return undefined
  }
}

describe.runIf(process.platform === 'linux')('on a disk that flushes slowly', () => {
  // Other processes also delay the loop, but not every time.
  it('does not block the event loop', { retry: 3, timeout: 600_000 }, async ({ skip }) => {
    const slowDisk = await compileSlowDisk()
    if (slowDisk === undefined) return skip('needs a C compiler')
    const journalBytes = isFull ? 128 * mebibyte : 4 * mebibyte
    const { maxLoopDelayMs, p99Ms } = await loadSteadily(journalBytes, slowDisk)
    const without = await loadSteadily(noCheckpoints, slowDisk)
    console.log(
      `p99 ${p99Ms.toFixed(1)} ms against ${without.p99Ms.toFixed(1)} ms; the loop waited up to ${maxLoopDelayMs.toFixed(1)} ms against ${without.maxLoopDelayMs.toFixed(1)} ms`,
    )
    expect(maxLoopDelayMs).toBeLessThan(Math.max(slowFlushMs, 2 * without.maxLoopDelayMs))
    // The short form has a checkpoint every few hundred milliseconds, which no store in use has.
    const maxP99Ms = isFull ? 2 * without.p99Ms : Number.POSITIVE_INFINITY
    expect(p99Ms).toBeLessThan(maxP99Ms)
  })
})
