import { McpError } from '@mcp/protocol'
import { afterEach, describe, expect, it } from 'vitest'

import { startProcess, startThread } from './worker-channel.ts'
import type { WorkerLink } from './worker-link.ts'
import { linkWorker } from './worker-link.ts'

interface Methods {
  double(value: number): number
  uncloneable(input: undefined): unknown
  fill(bytes: number): void
  never(input: undefined): void
  spawn(input: undefined): string | undefined
}

const url = new URL('../fixtures/methods-worker.ts', import.meta.url).href
const exitError = ({ reason }: { reason: string }) => new McpError('unavailable', reason)

let link: WorkerLink<Methods> | undefined
afterEach(() => link?.terminate())

describe.each([
  ['thread', () => startThread(url)],
  ['process', () => startProcess(url, { maxMemoryMb: 64 })],
])('a long-lived %s', (_kind, start) => {
  it('fails only the call whose result cannot be copied', async () => {
    link = linkWorker<Methods>(start(), exitError)
    await expect(link.call('uncloneable', undefined)).rejects.toThrow('could not be cloned')
    expect(await link.call('double', 21)).toBe(42)
  })

  it('is killed when the signal of a call aborts', async () => {
    link = linkWorker<Methods>(start(), exitError)
    await link.call('double', 1)
    const reason = new McpError('timeout', 'Too long.')
    await expect(link.call('double', 1, AbortSignal.abort(reason))).rejects.toBe(reason)
    const caller = new AbortController()
    const called = link.call('double', 1, caller.signal)
    caller.abort(reason)
    await expect(called).rejects.toBe(reason)
    expect(link.alive).toBe(false)
  })
})

it('kills a process whose call exceeds its memory, and reports the reason', async () => {
  link = linkWorker<Methods>(startProcess(url, { maxMemoryMb: 64 }), exitError)
  await link.call('fill', 10e6)
  await expect(link.call('fill', 2e9)).rejects.toThrow('memory-limit')
  await expect(link.call('double', 1)).rejects.toThrow('memory-limit')
})

it('does not report the memory limit to the other calls of a process that an aborted call killed', async () => {
  link = linkWorker<Methods>(startProcess(url, { maxMemoryMb: 64 }), exitError)
  await link.call('double', 1)
  const caller = new AbortController()
  const aborted = link.call('never', undefined, caller.signal)
  const calls = Promise.allSettled([aborted, link.call('double', 1)])
  caller.abort(new McpError('timeout', 'Too long.'))
  expect(await calls).toMatchObject([
    { reason: { message: 'Too long.' } },
    { reason: { message: 'exit' } },
  ])
})

it('denies a process to start programs', async () => {
  link = linkWorker<Methods>(startProcess(url, { maxMemoryMb: 64 }), exitError)
  await expect(link.call('spawn', undefined)).rejects.toThrow('--allow-child-process')
})
