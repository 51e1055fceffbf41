import { existsSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

import { afterEach, expect, it } from 'vitest'

import { startHub } from '../system.ts'
import { residentBytes } from './process-memory.ts'

const builds = resolve(import.meta.dirname, '../../../../apps/hub/dist')
/** The memory of two starts of the same build differs by up to this. */
const maxDifferenceBytes = 32 * 1024 * 1024

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
}, 30_000)

/** Starts a hub. Returns its memory and what it printed. */
async function start() {
  const hub = await startHub({ LOG_LEVEL: 'warn' })
  stops.push(() => hub.stop())
  return { bytes: residentBytes(hub.app), output: hub.app.output() }
}

it.runIf(existsSync('/proc/self/status'))(
  'needs no more memory after it has built the hub and the page',
  async () => {
    for (const manifest of ['bundle.json', 'page.json']) {
      rmSync(resolve(builds, manifest), { force: true })
    }
    const first = await start()
    expect(first.output).toContain('Building the page for its first start…')
    expect(first.output).toContain('Building the hub for its first start…')

    const second = await start()
    expect(second.output).not.toContain('Building')
    expect(first.bytes - second.bytes).toBeLessThan(maxDifferenceBytes)
  },
  90_000,
)
