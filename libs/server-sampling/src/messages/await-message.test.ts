import { expect, it } from 'vitest'

import { awaitMessage } from './await-message.ts'

it.each([
  [Infinity, Infinity],
  [90 * 86_400_000, 90 * 86_400_000 - 1000],
  [60_000, 59_000],
])('waits until shortly before the deadline if %d ms remain', async (deadline, expected) => {
  const delays: number[] = []
  const never = () => () => {}
  const clock = {
    now: () => 0,
    every: never,
    after(ms: number) {
      delays.push(ms)
      return () => {}
    },
  }
  const { signal } = new AbortController()
  const finished = Promise.reject(new Error('finished'))
  const message = {
    messageId: 'message-1',
    sessionId: 'session-a',
    callerKey: 'session-a',
    request: { messages: [], maxTokens: 1, approval: 'never' as const },
    weight: 0,
    signal,
    pending: undefined,
    cancel() {},
  }
  const caller = { signal, deadline, sessionId: 'session-a' }
  const onError = () => {}
  await expect(
    awaitMessage({ message, result: finished }, caller, { clock, onError }),
  ).rejects.toThrow('finished')
  expect(delays).toEqual([expected])
})
