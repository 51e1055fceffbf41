import { delay } from '@mcp/concurrency'
import type { Grant } from '@mcp/llm'
import { userMessage } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { RunInfo } from '@mcp/protocol/rest'

import type { Conversation } from '../conversation.ts'
import type { StartedRun } from '../conversations.ts'
import { withGrant } from '../grants.ts'
import type { LogEntry } from '../log.ts'
import { titleOf } from '../new-conversation.ts'
import type { Registry } from '../registry.ts'
import { finishInfo, waitForLastEvent } from '../registry.ts'
import type { ConversationStore } from '../store/conversation-store.ts'
import type { SharedRuns } from '../store/shared-runs.ts'
import type { LiveRun, RunResult } from './live-run.ts'
import { startLiveRun } from './live-run.ts'
import type { PrepareRun, RunEnvironment, RunInput, RunOptions } from './run-environment.ts'
import { readInput } from './run-input.ts'
import { createRunLog } from './run-log.ts'

/** A run to start. */
export interface Start {
  /** Message of the user; undefined if the run continues an earlier run. */
  readonly input: RunInput | undefined
  readonly continues?: string | undefined
  readonly prepare: PrepareRun
  readonly options: RunOptions
}

export interface RunStarterOptions {
  readonly store: ConversationStore
  readonly registry: Registry
  readonly approvalTimeoutMs: number
  readonly onError: (error: unknown) => void
  readonly clock: Clock
}

export type StartRun = (owner: string, id: string, start: Start) => Promise<StartedRun>

interface Launch {
  readonly conversation: Conversation
  readonly environment: RunEnvironment
  readonly info: RunInfo
  readonly log: LogEntry[]
  readonly prompt: string | undefined
  readonly rewindTo: string | undefined
}

/**
 * Creates a function that starts a run of a conversation, unless another run of the conversation is in
 * progress.
 */
export function createRunStarter(options: RunStarterOptions): StartRun {
  const { registry, clock } = options
  const { shared } = options.store
  const { active, starting } = registry

  async function startRun(owner: string, id: string, start: Start): Promise<StartedRun> {
    const conversation = await registry.load(owner, id)
    await waitForLastEvent(registry, id)
    if (active.has(id) || starting.has(id)) throw runInProgress(active.get(id)?.live.runId)
    starting.add(id)
    try {
      if (shared === undefined) return await startExclusively(conversation, start)
      await claim(shared, conversation)
      try {
        // Another process may have changed the conversation before the claim.
        return await startExclusively(await registry.load(owner, id), start)
      } catch (error) {
        await shared.release(id)
        throw error
      }
    } finally {
      starting.delete(id)
    }
  }

  async function claim(runs: SharedRuns, { id, owner }: Conversation): Promise<void> {
    for (let attempt = 0; attempt < maxClaims; attempt++) {
      if (await runs.claim(id)) return
      const last = (await registry.load(owner, id)).runs.at(-1)
      if (last?.state === 'running') throw runInProgress(last.runId)
      // The other process releases its claim right after the last event of its run.
      await delay(claimMs, clock, new AbortController().signal)
    }
    throw runInProgress(undefined)
  }

  async function startExclusively(
    conversation: Conversation,
    { input, continues, prepare, options: runOptions }: Start,
  ): Promise<StartedRun> {
    const { id, owner } = conversation
    const log = await registry.readLog(id)
    const { prompt, rewindTo, attached, attachments } = readInput(input, log)
    const prepared = await prepare({
      conversationId: id,
      prompt,
      model: runOptions.model ?? conversation.settings.model,
      sessionId: conversation.session?.id,
      onSession: (sessionId) => useSession(conversation, sessionId, clock.now()),
    })
    const environment = { attached, attachments, ...prepared }
    const isSameSession = conversation.session?.id === environment.session.id
    useSession(conversation, environment.session.id, clock.now())
    const number = (conversation.runs.at(-1)?.number ?? 0) + 1
    const at = clock.now()
    const info: RunInfo = {
      runId: `${id}.${number}`,
      number,
      state: 'running',
      startedAt: at,
      ...(prompt === undefined ? {} : { prompt: prompt.slice(0, maxShownPrompt) }),
      ...(continues === undefined ? {} : { continues }),
    }
    const runs = discardRuns(conversation.runs, firstDiscarded(log, rewindTo))
    conversation.runs = [...runs, info].slice(-maxRuns)
    conversation.updatedAt = at
    conversation.settings = {
      ...conversation.settings,
      title: conversation.settings.title ?? titleOf(prompt ?? ''),
    }
    const { evicted } = await registry.save(conversation)
    const grants = [...conversation.grants, ...(await registry.ownerGrants.load(owner))]
    const live = await launch(
      { conversation, environment, info, log, prompt, rewindTo },
      { options: runOptions, isSameSession, grants },
      options,
    )
    const finished = live.done.then((result) => finish(conversation, { live, result }, options))
    active.set(id, { conversation, live, grants, finished })
    registry.pendingChanged.emit(owner)
    return { info, evicted, done: finished }
  }

  return startRun
}

const maxClaims = 10
const claimMs = 100

function runInProgress(runId: string | undefined): McpError {
  return new McpError('conflict', 'A run of this conversation is in progress.', {
    details: { reason: 'run-in-progress', runId },
  })
}

/** Writes the beginning of the log and starts the run. */
async function launch(
  { conversation, environment, info, log: before, prompt, rewindTo }: Launch,
  run: { options: RunOptions; isSameSession: boolean; grants: Grant[] },
  { store, registry, approvalTimeoutMs, onError, clock }: RunStarterOptions,
): Promise<LiveRun> {
  const { grants } = run
  const lastSeq = before.at(-1)?.seq ?? 0
  const log = createRunLog({
    store,
    conversationId: conversation.id,
    run: info.number,
    lastSeq,
    clock,
    onTrimmed(trimmedTo) {
      conversation.trimmedTo = trimmedTo
    },
    onFailure(error) {
      onError(error)
      live?.stop(McpError.from(error))
    },
  })
  let live: LiveRun | undefined
  let entries: LogEntry[] = before
  if (rewindTo !== undefined) {
    log.rewind(rewindTo)
    entries = [...before, { seq: 0, run: 0, at: 0, kind: 'rewind', to: rewindTo }]
  }
  const { attached } = environment
  const messageId = prompt === undefined ? undefined : log.message(userMessage(prompt, attached))
  const { attachments, provider } = environment
  log.event({
    type: 'run-started',
    prompt,
    messageId,
    attachments,
    provider: provider.id,
    model: run.options.model ?? conversation.settings.model,
  })
  // The run is acknowledged once its first entries are durable.
  await log.flushed()
  live = startLiveRun({
    ...run,
    runId: info.runId,
    conversation,
    environment,
    log,
    entries,
    prompt,
    approvalTimeoutMs,
    clock,
    onPendingChanged: () => registry.pendingChanged.emit(conversation.owner),
    onGrant(grant) {
      grants.push(grant)
      storeGrant(registry, conversation, grant).catch(onError)
    },
  })
  return live
}

async function storeGrant(
  registry: Registry,
  conversation: Conversation,
  grant: Grant,
): Promise<void> {
  if (grant.scope === 'always') return registry.ownerGrants.add(conversation.owner, grant)
  conversation.grants = withGrant(conversation.grants, grant)
  await registry.save(conversation)
}

/** Saves the state of a run that has ended, and writes its last event. */
async function finish(
  conversation: Conversation,
  { live: { log }, result }: { readonly live: LiveRun; readonly result: RunResult },
  { store, registry, onError, clock }: RunStarterOptions,
): Promise<RunResult> {
  const { lastEvent } = result
  try {
    await log.flushed()
    finishInfo(conversation, lastEvent.reason, clock.now())
    conversation.updatedAt = clock.now()
    await registry.save(conversation)
  } catch (error) {
    onError(error)
  }
  // Watchers that receive the last event may start the next run, so this run is removed first.
  await log.end(lastEvent, () => {
    registry.active.delete(conversation.id)
    store.shared?.release(conversation.id).catch(onError)
    registry.pendingChanged.emit(conversation.owner)
  })
  return result
}

/** Returns the number of the first run whose messages a rewind discards; `Infinity` if none are discarded. */
function firstDiscarded(log: readonly LogEntry[], rewindTo: string | undefined): number {
  const message = log.find((entry) => entry.kind === 'message' && entry.messageId === rewindTo)
  return message?.run ?? Infinity
}

function discardRuns(runs: readonly RunInfo[], first: number): RunInfo[] {
  return runs.map((run) => (run.number < first ? run : { ...run, isDiscarded: true }))
}

function useSession(conversation: Conversation, id: string, at: number): void {
  const { session } = conversation
  if (session?.id === id) return
  conversation.session =
    session === undefined ? { id, openedAt: at } : { id, openedAt: at, replacedAt: at }
}

const maxShownPrompt = 200
const maxRuns = 500
