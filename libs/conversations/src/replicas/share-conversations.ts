import { createReplicaCalls } from '@mcp/concurrency'
import type { Clock, InteractionResponse } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'
import * as z from 'zod'

import { viewConversation } from '../conversation.ts'
import type { Conversations } from '../conversations.ts'
import { decodeEntries } from '../log.ts'
import type { Registry } from '../registry.ts'
import type { Decision } from '../runs/pending-approvals.ts'
import { parseRunId } from '../runs/run-ids.ts'
import type { ConversationStore } from '../store/conversation-store.ts'
import type { SharedRuns } from '../store/shared-runs.ts'
import { followStored } from './follow-stored.ts'
import { sharePending } from './share-pending.ts'

export interface ShareOptions {
  readonly shared: SharedRuns
  readonly store: ConversationStore
  readonly registry: Registry
  readonly clock: Clock
}

type Changes = Parameters<Conversations['update']>[2]

const owner = z.string()
const runId = z.string()
// Only `shareConversations` of another process sends these values, so their fields are not checked.
const object = <Value>() => z.custom<Value>(isRecord)
const action = z.discriminatedUnion('action', [
  z.object({ action: z.literal('stop'), owner, runId }),
  z.object({
    action: z.literal('decide'),
    owner,
    runId,
    callId: z.string(),
    decision: object<Decision>(),
  }),
  z.object({
    action: z.literal('respond'),
    owner,
    runId,
    interactionId: z.string(),
    response: object<InteractionResponse>(),
  }),
  z.object({ action: z.literal('update'), owner, id: z.string(), changes: object<Changes>() }),
])
const removedGrant = z.object({ owner, id: z.string() })

type Action = z.output<typeof action>

/** Connects the conversations of this process with those of the other processes that share the store. */
export function shareConversations(
  own: Conversations,
  { shared, store, registry, clock }: ShareOptions,
): Conversations {
  const calls = createReplicaCalls({ channel: shared.channel, clock })
  const pending = sharePending({ own, registry, calls, clock })

  calls.handle('run', (params) => {
    const received = action.parse(params)
    return registry.active.has(conversationOf(received)) ? perform(own, received) : undefined
  })
  calls.handle('grant-removed', (params) => {
    const received = removedGrant.parse(params)
    registry.revokeAlways(received.owner, received.id)
    return undefined
  })

  /** Performs an action in the other process that has the run. Returns false if no other process has it. */
  async function performElsewhere(requested: Action): Promise<boolean> {
    const id = conversationOf(requested)
    if (registry.active.has(id) || !(await shared.isClaimed(id))) return false
    const accepted = await calls.call('run', requested)
    await accepted?.result
    return accepted !== undefined
  }

  return {
    ...own,
    pending: (caller) => pending.pending(caller),
    onPendingChanged: (caller, listener) => pending.onPendingChanged(caller, listener),
    async update(caller, id, changes) {
      const isDone = await performElsewhere({ action: 'update', owner: caller, id, changes })
      return isDone
        ? viewConversation(await registry.load(caller, id))
        : own.update(caller, id, changes)
    },
    async remove(caller, id) {
      await registry.load(caller, id)
      if (!(await shared.claim(id))) {
        throw new McpError('conflict', 'A run of this conversation is in progress. Stop it first.')
      }
      try {
        await own.remove(caller, id)
      } finally {
        if (!registry.active.has(id) && !registry.starting.has(id)) await shared.release(id)
      }
    },
    async stop(caller, id) {
      await performElsewhere({ action: 'stop', owner: caller, runId: id })
      return own.stop(caller, id)
    },
    async decide(caller, id, callId, decision) {
      const requested = { action: 'decide', owner: caller, runId: id, callId, decision } as const
      if (!(await performElsewhere(requested))) await own.decide(caller, id, callId, decision)
    },
    async respond(caller, id, interactionId, response) {
      const requested = {
        action: 'respond',
        owner: caller,
        runId: id,
        interactionId,
        response,
      } as const
      if (!(await performElsewhere(requested)))
        await own.respond(caller, id, interactionId, response)
    },
    async events(caller, id, { after = 0, signal }) {
      const { conversation, info, live } = await registry.findRun(caller, id)
      if (live !== undefined || info.state !== 'running') {
        return own.events(caller, id, { after, signal })
      }
      const run = {
        readAfter: async (position: number) =>
          decodeEntries(await store.read(conversation.id, { run: info.number, after: position })),
        info: async () => (await registry.findRun(caller, id)).info,
        clock,
      }
      return followStored(run, after, signal)
    },
    async removeGrant(caller, id) {
      await own.removeGrant(caller, id)
      await calls.broadcast('grant-removed', { owner: caller, id })
    },
    async close() {
      await own.close()
      await pending.close()
      calls.close()
    },
  }
}

function conversationOf(requested: Action): string {
  if (requested.action === 'update') return requested.id
  return parseRunId(requested.runId)?.conversationId ?? ''
}

async function perform(own: Conversations, requested: Action): Promise<void> {
  switch (requested.action) {
    case 'stop':
      await own.stop(requested.owner, requested.runId)
      break
    case 'decide':
      await own.decide(requested.owner, requested.runId, requested.callId, requested.decision)
      break
    case 'respond':
      await own.respond(
        requested.owner,
        requested.runId,
        requested.interactionId,
        requested.response,
      )
      break
    case 'update':
      await own.update(requested.owner, requested.id, requested.changes)
      break
  }
}
