import { defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import * as z from 'zod'

const named = () => z.object({ name: z.string() })

const contract = defineContract({
  name: 'asking',
  type: 'asking-operation',
  target: 'subject',
  version: '1.0.0',
  operations: {
    twice: operation({
      title: 'Ask for two names',
      description: 'Asks one question after the other.',
      params: () => z.object({}),
      result: () => z.array(z.string()),
      hints: { interactive: true },
      examples: [{ params: {} }],
    }),
    wait: operation({
      title: 'Wait',
      description: 'Waits until the call is cancelled.',
      params: () => z.object({}),
      result: () => z.literal(true),
      hints: { interactive: true },
      examples: [{ params: {} }],
    }),
    change: operation({
      title: 'Report a change',
      description: 'Notifies the session that the list of tools has changed.',
      params: () => z.object({}),
      result: () => z.literal(true),
      examples: [{ params: {} }],
    }),
  },
  notifications: { 'tool-list-changed': z.object({}) },
})

/** A server that asks, waits and notifies. */
export function createAskingServer() {
  const state = { waiting: 0, cancelled: 0 }
  const server = defineServer(contract, {
    async twice(_params, { elicit }) {
      const first = await elicit({ message: 'First name?', schema: named() })
      const second = await elicit({ message: 'Last name?', schema: named() })
      return [first.content?.name ?? '', second.content?.name ?? '']
    },
    wait: (_params, { signal }) =>
      new Promise((_resolve, reject) => {
        state.waiting++
        signal.addEventListener('abort', () => {
          state.cancelled++
          reject(signal.reason)
        })
      }),
    change(_params, { notify }) {
      notify('tool-list-changed', {})
      return true
    },
  })
  return { server, state }
}
