import type { MaybePromise } from '@mcp/protocol'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import type { SharedRuns } from './shared-runs.ts'

/** The part of one process. */
export interface SharedRunsUnderTest {
  readonly shared: SharedRuns
  /** Ends the process. Its claims end within ten seconds. */
  readonly close: () => MaybePromise<void>
}

/**
 * Verifies the behaviour of `SharedRuns`.
 *
 * @param openTwo - Opens the parts of two processes on one new backend.
 *
 * @example
 * itSharesRuns('memory', () => [openProcess(), openProcess()])
 */
export function itSharesRuns(
  name: string,
  openTwo: () => MaybePromise<readonly [SharedRunsUnderTest, SharedRunsUnderTest]>,
): void {
  describe(`${name}: SharedRuns`, () => {
    async function open() {
      const [here, there] = await openTwo()
      onTestFinished(async () => {
        await here.close()
        await there.close()
      })
      return { here: here.shared, there: there.shared, endThere: there.close }
    }

    it('grants the runs of a conversation to one process until it releases them', async () => {
      const { here, there } = await open()
      const granted = await Promise.all([here.claim('a'), there.claim('a')])
      expect(granted.filter(Boolean)).toHaveLength(1)
      const [holder, other] = granted[0] ? [here, there] : [there, here]
      expect(await holder.claim('a')).toBe(true)
      expect(await other.claim('a')).toBe(false)
      expect(await other.claim('b')).toBe(true)
      await other.release('a')
      expect([await here.isClaimed('a'), await there.isClaimed('a')]).toEqual([true, true])
      await holder.release('a')
      expect(await here.isClaimed('a')).toBe(false)
      expect(await other.claim('a')).toBe(true)
    })

    it('ends the claims of a process that has ended', async () => {
      const { here, there, endThere } = await open()
      expect(await there.claim('a')).toBe(true)
      await endThere()
      await vi.waitFor(async () => expect(await here.claim('a')).toBe(true), 10_000)
    })

    it('delivers messages to both processes, in order', async () => {
      const { here, there } = await open()
      const received: string[] = []
      for (const { channel } of [here, there]) {
        const { ready } = channel.subscribe({
          onMessage: (message) => received.push(message),
          onMissed() {},
        })
        await ready
      }
      await here.channel.publish('1')
      await here.channel.publish('2')
      await vi.waitFor(() => expect(received).toHaveLength(4))
      expect(received.filter((message) => message === '1')).toHaveLength(2)
      expect(received.at(-1)).toBe('2')
    })
  })
}
