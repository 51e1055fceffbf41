import { appendFileSync, existsSync, readFileSync } from 'node:fs'

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

/** The effects of all requests. */
export interface Effects {
  /** Number of effects by key. */
  readonly effects: ReadonlyMap<string, number>
  /** Number of notifications by session. */
  readonly numbers: ReadonlyMap<string, number>
}

/** Reads the effects that a server has written to its file. */
export function readEffects(file: string): Effects {
  const effects = new Map<string, number>()
  const numbers = new Map<string, number>()
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  for (const line of lines) {
    const [key = '', sessionId = ''] = line.split(' ')
    effects.set(key, (effects.get(key) ?? 0) + 1)
    numbers.set(sessionId, (numbers.get(sessionId) ?? 0) + 1)
  }
  return { effects, numbers }
}

/**
 * A server that counts the effects of its requests. It writes each effect to a file before it notifies and
 * responds, and continues the numbers of that file after a restart.
 */
export function createEffectsServer(file: string) {
  const numbers = new Map(readEffects(file).numbers)
  return defineServer(effectsContract, {
    record({ key }, { notify, sessionId = '' }) {
      appendFileSync(file, `${key} ${sessionId}\n`)
      const number = (numbers.get(sessionId) ?? 0) + 1
      numbers.set(sessionId, number)
      notify('effect-recorded', { number })
      return { number }
    },
  })
}
