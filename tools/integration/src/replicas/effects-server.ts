import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import * as z from 'zod'

/** Data of the notification of an effect. */
export const effectRecorded = z.object({ number: z.int() })

export const effectsContract = defineContract({
  name: 'effects',
  type: 'effect-operation',
  target: 'subject',
  version: '1.0.0',
  operations: {
    record: operation({
      title: 'Record an effect',
      description: 'Counts the effect of a key, and notifies the session.',
      params: () => z.object({ key: z.string() }),
      result: () => z.object({ number: z.int() }),
      examples: [{ params: { key: 'a' } }],
    }),
  },
  notifications: { 'effect-recorded': effectRecorded },
})

/** A server that counts the effects of its requests. */
export function createEffectsServer() {
  const effects = new Map<string, number>()
  const numbers = new Map<string, number>()
  const server = defineServer(effectsContract, {
    record({ key }, { notify, sessionId = '' }) {
      effects.set(key, (effects.get(key) ?? 0) + 1)
      const number = (numbers.get(sessionId) ?? 0) + 1
      numbers.set(sessionId, number)
      notify('effect-recorded', { number })
      return { number }
    },
  })
  return {
    server,
    /** Number of effects by key. */
    effects,
    /** Number of notifications by session. */
    numbers,
  }
}
