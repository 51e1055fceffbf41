import type { Clock } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import type { PendingItem } from '@mcp/protocol/rest'

import { viewConversation } from './conversation.ts'
import type { Conversations } from './conversations.ts'
import { decodeConversation } from './conversation.ts'
import { revoke, viewGrants } from './grants.ts'
import { encodeEntry, eventsOf, historyOf } from './log.ts'
import { newConversation, notFound } from './new-conversation.ts'
import type { Active, Registry } from './registry.ts'
import { createRegistry, interrupted, waitForLastEvent } from './registry.ts'
import { shareConversations } from './replicas/share-conversations.ts'
import { followLog, replay, streamGap } from './runs/follow-log.ts'
import { createRunStarter } from './runs/run-starter.ts'
import type { StartRun } from './runs/run-starter.ts'
import type { ConversationStore } from './store/conversation-store.ts'
import { exportConversation } from './transfer/export-conversation.ts'
import { readDocument } from './transfer/import-conversation.ts'

export interface ConversationsOptions {
  readonly store: ConversationStore
  /** Time after which a call that waits for a decision is denied. Default: 10 minutes. */
  readonly approvalTimeoutMs?: number | undefined
  /** Receives failures of the store. Default: they are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

const defaultApprovalTimeoutMs = 10 * 60_000

/**
 * Creates the conversations of a store. A run belongs to its conversation, and does not end when the
 * watchers of the run disconnect.
 *
 * @example
 * const conversations = createConversations({ store: createMemoryConversationStore() })
 */
export function createConversations(options: ConversationsOptions): Conversations {
  const { store, clock = systemClock, onError = () => {} } = options
  const { approvalTimeoutMs = defaultApprovalTimeoutMs } = options
  const registry = createRegistry(store, clock)
  const start = createRunStarter({ store, registry, approvalTimeoutMs, onError, clock })
  let isClosing = false

  const own: Conversations = {
    ...conversationMethods(store, registry, clock),
    ...transferMethods(store, registry, clock),
    ...grantMethods(registry),
    ...runMethods(registry, (...run) => {
      if (isClosing) throw new McpError('unavailable', 'The service is closing.')
      return start(...run)
    }),
    async close() {
      isClosing = true
      const ending = Array.from(registry.active.values())
      for (const { live } of ending) live.stop(interrupted())
      await Promise.all(ending.map(({ finished }) => finished))
    },
  }
  const { shared } = store
  return shared === undefined ? own : shareConversations(own, { shared, store, registry, clock })
}

function conversationMethods(
  store: ConversationStore,
  registry: Registry,
  clock: Clock,
): Pick<Conversations, 'create' | 'list' | 'read' | 'update' | 'remove'> {
  const { active, starting } = registry
  return {
    async create(owner, settings) {
      const conversation = newConversation(owner, settings, clock.now())
      const { evicted } = await registry.save(conversation)
      return { conversation: viewConversation(conversation), evicted }
    },
    async list(owner, page) {
      const { conversations, cursor } = await store.list(owner, page)
      const views = conversations.map((stored) => viewConversation(decodeConversation(stored)))
      return cursor === undefined ? { conversations: views } : { conversations: views, cursor }
    },
    async read(owner, id) {
      const conversation = await registry.load(owner, id)
      return { ...viewConversation(conversation), messages: historyOf(await registry.readLog(id)) }
    },
    async update(owner, id, { clearGrants = false, ...changes }) {
      const conversation = await registry.load(owner, id)
      conversation.settings = { ...conversation.settings, ...changes }
      if (clearGrants) {
        conversation.grants = []
        revoke(active.get(id)?.grants ?? [], ({ scope }) => scope === 'conversation')
      }
      conversation.updatedAt = clock.now()
      await registry.save(conversation)
      return viewConversation(conversation)
    },
    async remove(owner, id) {
      await registry.load(owner, id)
      await waitForLastEvent(registry, id)
      if (active.has(id) || starting.has(id)) {
        throw new McpError('conflict', 'A run of this conversation is in progress. Stop it first.')
      }
      await store.remove(owner, id)
    },
  }
}

function transferMethods(
  store: ConversationStore,
  registry: Registry,
  clock: Clock,
): Pick<Conversations, 'export' | 'import'> {
  return {
    async export(owner, id) {
      return exportConversation(await registry.load(owner, id), await registry.readLog(id))
    },
    async import(owner, document) {
      const { settings, runs, entries } = readDocument(document)
      const conversation = newConversation(owner, settings, clock.now())
      const { id } = conversation
      // The document can contain text from outside that no event reports.
      conversation.readFrom = ['imported conversation']
      conversation.runs = runs.map((run) => Object.assign({ runId: `${id}.${run.number}` }, run))
      const { evicted } = await registry.save(conversation)
      const { trimmedTo } = await store.append(id, entries.map(encodeEntry))
      if (trimmedTo !== undefined) {
        conversation.trimmedTo = trimmedTo
        await registry.save(conversation)
      }
      return { conversation: viewConversation(conversation), evicted }
    },
  }
}

function grantMethods({
  ownerGrants,
  revokeAlways,
}: Registry): Pick<Conversations, 'grants' | 'removeGrant'> {
  return {
    grants: async (owner) => viewGrants(await ownerGrants.load(owner)),
    async removeGrant(owner, id) {
      await ownerGrants.remove(owner, id)
      revokeAlways(owner, id)
    },
  }
}

type RunMethods = Omit<
  Conversations,
  | 'create'
  | 'list'
  | 'read'
  | 'update'
  | 'remove'
  | 'export'
  | 'import'
  | 'close'
  | 'grants'
  | 'removeGrant'
>

function runMethods(registry: Registry, startRun: StartRun): RunMethods {
  return {
    start: async (owner, id, input, prepare, options = {}) =>
      startRun(owner, id, { input, prepare, options }),
    async continue(owner, runId, prepare, options = {}) {
      const { conversation, info } = await registry.findRun(owner, runId)
      if (info.state === 'running') throw new McpError('conflict', 'The run is in progress.')
      if (conversation.runs.at(-1)?.runId !== runId || info.reason === 'answered') {
        throw new McpError('conflict', 'Only the last run can be continued, unless it is complete.')
      }
      const start = { input: undefined, continues: runId, prepare, options }
      return startRun(owner, conversation.id, start)
    },
    run: async (owner, runId) => (await registry.findRun(owner, runId)).info,
    async events(owner, runId, { after = 0, signal }) {
      const { conversation, info, live } = await registry.findRun(owner, runId)
      if (live !== undefined) {
        if (after > live.log.events.length) throw streamGap(after)
        return followLog(live.log, after, signal)
      }
      const events = eventsOf(await registry.readLog(conversation.id, info.number))
      const first = events.at(0)?.seq ?? 1
      const last = events.at(-1)?.seq ?? 0
      if (after > last || (after > 0 && after < first - 1)) throw streamGap(after)
      return replay(events.filter(({ seq }) => seq > after))
    },
    async result(owner, runId, ref) {
      const { conversation } = await registry.findRun(owner, runId)
      for (const entry of await registry.readLog(conversation.id)) {
        if (entry.kind === 'result' && entry.ref === ref) return entry.text
      }
      throw notFound('result', ref)
    },
    async stop(owner, runId) {
      const { conversation, live } = await registry.findRun(owner, runId)
      if (live !== undefined) {
        const { finished } = registry.active.get(conversation.id) ?? {}
        live.stop(new McpError('cancelled', 'The user stopped the run.'))
        await finished
      }
      return (await registry.findRun(owner, runId)).info
    },
    async decide(owner, runId, callId, decision) {
      const live = await registry.findLive(owner, runId)
      live.approvals.decide(callId, decision)
    },
    async respond(owner, runId, interactionId, response) {
      const live = await registry.findLive(owner, runId)
      if (!live.interactions.has(interactionId)) throw notFound('interaction', interactionId)
      await live.session.respond?.(interactionId, response)
    },
    pending: (owner) =>
      Array.from(registry.active.values())
        .filter(({ conversation }) => conversation.owner === owner)
        .flatMap(pendingOf),
    onPendingChanged: (owner, listener) =>
      registry.pendingChanged.add((changed) => {
        if (changed === owner) listener()
      }),
    sessionIdOf: async (owner, id) => (await registry.load(owner, id)).session?.id,
  }
}

function pendingOf({
  conversation,
  live: { runId, approvals, interactions },
}: Active): PendingItem[] {
  const origin = { conversationId: conversation.id, runId }
  return [
    ...approvals
      .list()
      .map((approval) => Object.assign({ kind: 'approval' as const, approval }, origin)),
    ...Array.from(interactions.values(), (interaction) =>
      Object.assign({ kind: 'interaction' as const, interaction }, origin),
    ),
  ]
}
