import type { ReplicaCalls } from '@mcp/concurrency'
import { createListeners } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { createId } from '@mcp/protocol'
import type { PendingItem } from '@mcp/protocol/rest'
import * as z from 'zod'

import type { Conversations } from '../conversations.ts'
import type { Registry } from '../registry.ts'
import { createOtherProcesses } from './other-processes.ts'

export interface SharePendingOptions {
  readonly own: Pick<Conversations, 'pending' | 'onPendingChanged'>
  readonly registry: Pick<Registry, 'active' | 'pendingChanged'>
  readonly calls: Pick<ReplicaCalls, 'handle' | 'broadcast' | 'onMissed'>
  readonly clock: Clock
}

export interface SharedPending extends Pick<Conversations, 'pending' | 'onPendingChanged'> {
  /** Sends empty lists to the other processes, so that they no longer show the items of this process. */
  close(): Promise<void>
}

const aliveMs = 5000
/** Time without a message after which another process counts as ended. */
const silenceMs = 3 * aliveMs

// The items are not validated in depth, because only `sharePending` of another process sends them.
const items = z.custom<readonly PendingItem[]>(Array.isArray)
const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed'), process: z.string(), owner: z.string(), items }),
  z.object({ type: z.literal('alive'), process: z.string() }),
  z.object({ type: z.literal('wanted'), process: z.string() }),
])

type Message = z.output<typeof message>

/**
 * Lists the approvals and interactions of all processes that wait for an owner. Each process sends its list to
 * the others when the list changes, and when a process has started or has lost messages.
 */
export function sharePending({ own, registry, calls, clock }: SharePendingOptions): SharedPending {
  const self = createId('process')
  const changedElsewhere = createListeners<string>()
  const others = createOtherProcesses(clock, (owner) => changedElsewhere.emit(owner))
  /** Owners for whom this process has sent items to the other processes. */
  const announced = new Set<string>()

  function send(sent: Message): void {
    // A process that misses the message requests all lists when its connection works again.
    calls.broadcast('pending', sent).catch(() => {})
  }

  function announce(owner: string): void {
    const waiting = own.pending(owner)
    if (waiting.length === 0 && !announced.has(owner)) return
    if (waiting.length === 0) announced.delete(owner)
    else announced.add(owner)
    send({ type: 'changed', process: self, owner, items: waiting })
  }

  function announceAll(): void {
    const owners = Array.from(registry.active.values(), ({ conversation }) => conversation.owner)
    for (const owner of new Set([...announced, ...owners])) announce(owner)
  }

  function receive(received: Message): void {
    switch (received.type) {
      case 'changed':
        others.set(received.process, received.owner, received.items)
        break
      case 'alive':
        others.recordActivity(received.process)
        break
      case 'wanted':
        announceAll()
        break
    }
  }

  calls.handle('pending', (params) => {
    receive(message.parse(params))
    return undefined
  })
  const requestLists = (): void => send({ type: 'wanted', process: self })
  const stops = [
    registry.pendingChanged.add(announce),
    calls.onMissed(() => {
      others.forgetAll()
      announceAll()
      requestLists()
    }),
    clock.every(aliveMs, () => {
      if (announced.size > 0) send({ type: 'alive', process: self })
      others.forgetSilent(silenceMs)
    }),
  ]
  requestLists()

  return {
    pending: (owner) => [...own.pending(owner), ...others.pending(owner)],
    onPendingChanged(owner, listener) {
      const stopOwn = own.onPendingChanged(owner, listener)
      const stopElsewhere = changedElsewhere.add((changed) => {
        if (changed === owner) listener()
      })
      return () => {
        stopOwn()
        stopElsewhere()
      }
    },
    async close() {
      for (const stop of stops) stop()
      const ended = Array.from(announced, (owner) =>
        calls.broadcast('pending', { type: 'changed', process: self, owner, items: [] }),
      )
      // If the message is lost, the other processes remove the items after `silenceMs`.
      await Promise.allSettled(ended)
    },
  }
}
