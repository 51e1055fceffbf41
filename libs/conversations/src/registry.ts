import type { Listeners } from '@mcp/concurrency'
import { createListeners } from '@mcp/concurrency'
import type { Grant } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { RunInfo } from '@mcp/protocol/rest'

import type { Conversation } from './conversation.ts'
import { decodeConversation, encodeConversation } from './conversation.ts'
import type { OwnerGrants } from './grants.ts'
import { createOwnerGrants, grantId, revoke } from './grants.ts'
import type { LogEntry } from './log.ts'
import { decodeEntries, encodeEntry, eventsOf } from './log.ts'
import { notFound } from './new-conversation.ts'
import type { LiveRun } from './runs/live-run.ts'
import { parseRunId } from './runs/run-ids.ts'
import type { ConversationStore, Evicted } from './store/conversation-store.ts'

/** A conversation whose run is in progress. */
export interface Active {
  readonly conversation: Conversation
  readonly live: LiveRun
  /** Decisions that the run applies. */
  readonly grants: Grant[]
  readonly finished: Promise<unknown>
}

/** The conversations in the store, and those in memory whose runs are in progress. */
export interface Registry {
  readonly active: Map<string, Active>
  /** Ids of the conversations whose runs are about to start. */
  readonly starting: Set<string>
  /** Emits an owner when the list of approvals and interactions that wait for the owner may have changed. */
  readonly pendingChanged: Listeners<string>
  readonly ownerGrants: OwnerGrants
  /** Removes a decision that applies to all conversations from the runs in progress. */
  readonly revokeAlways: (owner: string, id: string) => void
  /**
   * Returns a conversation. If its last run was in progress when its process ended, ends that run first.
   *
   * @throws McpError `not-found` if the owner has no such listed conversation.
   */
  load(owner: string, id: string): Promise<Conversation>
  save(conversation: Conversation): Promise<Evicted>
  readLog(id: string, run?: number): Promise<LogEntry[]>
  /** @throws McpError `not-found` if the owner has no such run. */
  findRun(owner: string, runId: string): Promise<FoundRun>
  /** @throws McpError `not-found` as `findRun`, or `conflict` if the run is not in progress in this process. */
  findLive(owner: string, runId: string): Promise<LiveRun>
}

export interface FoundRun {
  readonly conversation: Conversation
  readonly info: RunInfo
  /** The run in progress; undefined if the run is not in progress in this process. */
  readonly live: LiveRun | undefined
}

export function createRegistry(store: ConversationStore, clock: Clock): Registry {
  const active = new Map<string, Active>()
  const starting = new Set<string>()
  const recovering = new Map<string, Promise<Conversation>>()
  const registry: Registry = {
    active,
    starting,
    pendingChanged: createListeners(),
    ownerGrants: createOwnerGrants(store, clock),
    revokeAlways(owner, id) {
      for (const { conversation, grants } of active.values()) {
        if (conversation.owner !== owner) continue
        revoke(grants, (grant) => grant.scope === 'always' && grantId(grant) === id)
      }
    },
    async load(owner, id) {
      const running = active.get(id)?.conversation
      if (running !== undefined) {
        if (running.owner !== owner) throw notFound('conversation', id)
        return running
      }
      const stored = await store.load(owner, id)
      if (stored === undefined || !stored.isListed) throw notFound('conversation', id)
      const conversation = decodeConversation(stored)
      if (!isRunning(conversation) || starting.has(id)) return conversation
      if ((await store.shared?.isClaimed(id)) === true) return conversation
      const recovery =
        recovering.get(id) ??
        recoverOnce(conversation, { store, registry, clock }).finally(() => recovering.delete(id))
      recovering.set(id, recovery)
      return recovery
    },
    save: (conversation) => store.save(encodeConversation(conversation)),
    readLog: async (id, run) => decodeEntries(await store.read(id, { run })),
    async findRun(owner, runId) {
      const { conversationId, number } = parseRunId(runId) ?? {}
      if (conversationId === undefined) throw notFound('run', runId)
      const conversation = await registry.load(owner, conversationId).catch((error: unknown) => {
        throw McpError.is(error) && error.code === 'not-found' ? notFound('run', runId) : error
      })
      const info = conversation.runs.find((run) => run.number === number)
      if (info === undefined) throw notFound('run', runId)
      const live = active.get(conversationId)?.live
      return { conversation, info, live: live?.runId === runId ? live : undefined }
    },
    async findLive(owner, runId) {
      const { live } = await registry.findRun(owner, runId)
      if (live === undefined) throw new McpError('conflict', `Run "${runId}" has ended.`)
      return live
    },
  }
  return registry
}

/**
 * Waits for the last event of a run whose state is `finished`. The state is saved first, and a client that
 * has read it may start the next run or remove the conversation.
 */
export async function waitForLastEvent({ active }: Registry, id: string): Promise<void> {
  const run = active.get(id)
  if (run !== undefined && !isRunning(run.conversation)) await run.finished
}

/** Marks the run in progress as finished. */
export function finishInfo(
  conversation: Conversation,
  reason: RunInfo['reason'],
  endedAt: number,
): void {
  conversation.runs = conversation.runs.map((run) =>
    run.state === 'running' ? Object.assign({}, run, { state: 'finished', reason, endedAt }) : run,
  )
}

interface RecoverOptions {
  readonly store: ConversationStore
  readonly registry: Registry
  readonly clock: Clock
}

function isRunning({ runs }: Conversation): boolean {
  return runs.at(-1)?.state === 'running'
}

/** Recovers a conversation, unless another process does so or has ended its run meanwhile. */
async function recoverOnce(
  conversation: Conversation,
  options: RecoverOptions,
): Promise<Conversation> {
  const { id, owner } = conversation
  const { store } = options
  if (store.shared === undefined) return recover(conversation, options)
  if (!(await store.shared.claim(id))) return conversation
  try {
    const stored = await store.load(owner, id)
    const current = stored === undefined ? conversation : decodeConversation(stored)
    return isRunning(current) ? await recover(current, options) : current
  } finally {
    await store.shared.release(id)
  }
}

/** Ends the run that was in progress when its process ended. */
async function recover(
  conversation: Conversation,
  { store, registry, clock }: RecoverOptions,
): Promise<Conversation> {
  const last = conversation.runs.at(-1)
  const entries = await registry.readLog(conversation.id)
  const events = eventsOf(entries.filter(({ run }) => run === last?.number))
  const end = events.findLast(({ event }) => event.type === 'run-finished')
  if (end?.event.type === 'run-finished') {
    finishInfo(conversation, end.event.reason, end.at)
  } else if (last !== undefined) {
    const at = clock.now()
    const usage = { inputTokens: 0, outputTokens: 0 }
    const error = interrupted().toBody()
    const entry = encodeEntry({
      seq: (entries.at(-1)?.seq ?? 0) + 1,
      run: last.number,
      at,
      kind: 'event',
      number: (events.at(-1)?.seq ?? 0) + 1,
      event: { type: 'run-finished', reason: 'interrupted', usage, error },
    })
    await store.append(conversation.id, [entry])
    finishInfo(conversation, 'interrupted', at)
  }
  await registry.save(conversation)
  return conversation
}

export function interrupted(): McpError {
  return new McpError(
    'unavailable',
    'The process ended during the run. Continue the run, or start another one.',
    { details: { reason: 'interrupted' } },
  )
}
