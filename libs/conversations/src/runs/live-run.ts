import type { AgentOptions, AgentResult, Grant, ModelMessage } from '@mcp/llm'
import { runAgent } from '@mcp/llm'
import type { Clock } from '@mcp/protocol'
import type { AgentEvent, AttachmentSummary } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol'

import type { Conversation } from '../conversation.ts'
import type { LogEntry } from '../log.ts'
import { historyOf } from '../log.ts'
import { reportModelCalls } from './model-calls.ts'
import type { PendingApprovals } from './pending-approvals.ts'
import { createPendingApprovals } from './pending-approvals.ts'
import { requestIdOf } from './run-ids.ts'
import type { RunEnvironment, RunOptions, SessionInteraction } from './run-environment.ts'
import type { RunLog } from './run-log.ts'
import { findUnfinishedCalls } from './unfinished-calls.ts'

/** A run in progress. */
export interface LiveRun {
  readonly runId: string
  readonly log: RunLog
  readonly approvals: PendingApprovals
  readonly interactions: ReadonlyMap<string, SessionInteraction>
  readonly session: RunEnvironment['session']
  /** Resolves with the result, or with the error of a run that failed. Never rejects. */
  readonly done: Promise<RunResult>
  stop(error: McpError): void
}

export type RunResult =
  | { readonly result: AgentResult; readonly lastEvent: RunFinished }
  | { readonly error: McpError; readonly lastEvent: RunFinished }

export type RunFinished = Extract<AgentEvent, { readonly type: 'run-finished' }>

export interface LiveRunOptions {
  readonly runId: string
  readonly conversation: Conversation
  readonly environment: RunEnvironment
  readonly options: RunOptions
  readonly log: RunLog
  /** The log of the conversation before this run. */
  readonly entries: readonly LogEntry[]
  readonly isSameSession: boolean
  /** Prompt of the run; undefined if the run continues an earlier run. */
  readonly prompt: string | undefined
  readonly grants: readonly Grant[]
  readonly onGrant: (grant: Grant) => void
  /** Called when the list of pending approvals and interactions has changed. */
  readonly onPendingChanged: () => void
  readonly approvalTimeoutMs: number
  readonly clock: Clock
}

/** Starts a run. Does not log `run-finished`: the caller logs this event after it has saved the state. */
export function startLiveRun(live: LiveRunOptions): LiveRun {
  const { runId, environment, log, clock, conversation, onPendingChanged } = live
  const controller = new AbortController()
  const approvals = createPendingApprovals(clock, onPendingChanged)
  const interactions = new Map<string, SessionInteraction>()
  const ended = new AbortController()
  environment.session.watchInteractions?.(
    {
      onRequired(interaction) {
        interactions.set(interaction.interactionId, interaction)
        onPendingChanged()
      },
      onResolved(interactionId) {
        interactions.delete(interactionId)
        onPendingChanged()
      },
    },
    ended.signal,
  )
  let lastEvent: RunFinished | undefined
  const proposed = new Map<string, string>()
  const readFrom = new Set(conversation.readFrom)

  function recordAttachments(attachments: readonly AttachmentSummary[] = []): void {
    for (const { kind, name, untrusted } of attachments) {
      if (untrusted === true) readFrom.add(`${kind} ${name}`.slice(0, maxLabelChars))
    }
  }

  function recordRead(event: AgentEvent): void {
    if (event.type === 'run-started') recordAttachments(event.attachments)
    if (event.type === 'call-proposed' && event.server !== undefined) {
      proposed.set(event.callId, `${event.server}.${event.operation}`)
    }
    if (
      event.type === 'call-finished' &&
      event.outcome.status === 'success' &&
      event.outcome.untrusted
    ) {
      const label = proposed.get(event.callId)
      if (label !== undefined) readFrom.add(label)
    }
  }
  // A killed run has not saved its sources in the conversation. Only its log contains them.
  for (const entry of live.entries) if (entry.kind === 'event') recordRead(entry.event)
  recordAttachments(environment.attachments)

  function onEvent(event: AgentEvent): void {
    if (event.type === 'run-finished') {
      lastEvent = event
      return
    }
    // The caller has already logged this event. The agent does not know the message id that it contains.
    if (event.type === 'run-started') return
    recordRead(event)
    log.event(event)
  }

  async function run(): Promise<RunResult> {
    try {
      const result = await runAgent(
        agentOptions(live, {
          onEvent,
          ask: approvals.ask,
          readFrom: [...readFrom],
          signal: controller.signal,
        }),
      )
      conversation.offered = result.offered
      return { result, lastEvent: lastEvent ?? finished(result) }
    } catch (thrown) {
      const { reason } = controller.signal
      const error = McpError.is(reason) ? reason : McpError.from(thrown)
      const isInterrupted = error.details?.['reason'] === 'interrupted'
      const usage = lastEvent?.usage ?? { inputTokens: 0, outputTokens: 0 }
      const end = isInterrupted ? 'interrupted' : controller.signal.aborted ? 'stopped' : 'failed'
      return {
        error,
        lastEvent: { type: 'run-finished', reason: end, usage, error: error.toBody() },
      }
    } finally {
      ended.abort()
      conversation.readFrom = [...readFrom].slice(0, maxLabels)
    }
  }

  return {
    runId,
    log,
    approvals,
    interactions,
    session: environment.session,
    done: run(),
    stop: (error) => controller.abort(error),
  }
}

const maxLabels = 20
const maxLabelChars = 200

function finished({ stopReason, usage, model }: AgentResult): RunFinished {
  return { type: 'run-finished', reason: stopReason, usage, model }
}

interface RunState {
  readonly onEvent: (event: AgentEvent) => void
  readonly ask: PendingApprovals['ask']
  readonly readFrom: readonly string[]
  readonly signal: AbortSignal
}

function agentOptions(live: LiveRunOptions, state: RunState): AgentOptions {
  const { runId, conversation, environment, options, log } = live
  const { settings } = conversation
  const results = new Map(
    live.entries.flatMap((entry) =>
      entry.kind === 'result' ? [[entry.ref, entry.text] as const] : [],
    ),
  )
  const history = historyOf(live.entries).map(({ message }) => message)
  const unfinished = findUnfinishedCalls(live.entries, {
    isSameSession: live.isSameSession,
    requestIdOf: (number, callId) => requestIdOf(`${conversation.id}.${number}`, callId),
  })
  return {
    provider: reportModelCalls(environment, { runId, clock: live.clock }),
    model: environment.model ?? options.model ?? settings.model,
    ...inputOf(live, history),
    system: environment.system,
    catalogue: environment.catalogue,
    readCatalogue: environment.readCatalogue,
    tools: { ...settings.tools, used: conversation.offered },
    limits: options.limits,
    async call({ type, payload, callId }, { signal, onProgress }) {
      // The call is logged before it is made. Otherwise, a run that continues this one could repeat the call.
      await log.flushed()
      const id = unfinished.takeRequestId(callId) ?? requestIdOf(runId, callId)
      return environment.session.request(type, payload, { id, signal, onProgress })
    },
    approvals: {
      policy: options.policy ?? settings.policy ?? 'changes-or-leaves',
      grants: live.grants,
      allow: options.allow,
      ...(options.isInteractive === false ? {} : { ask: state.ask }),
      timeoutMs: live.approvalTimeoutMs,
      onGrant: live.onGrant,
      readFrom: state.readFrom,
    },
    onEvent: state.onEvent,
    onMessage: (message) => {
      if (message.role !== 'user') log.message(message)
    },
    results: {
      keep(callId, text) {
        const ref = requestIdOf(runId, callId)
        log.result({ ref, text })
        results.set(ref, text)
        return ref
      },
      read: (ref, offset, length) => results.get(ref)?.slice(offset, offset + length),
    },
    unfinished: (call) => unfinished.stateOf(call),
    signal: state.signal,
    clock: live.clock,
  }
}

/**
 * Returns the history and the prompt. If a continued history ends with a response without calls, the prompt is
 * "Continue.", because a model does not continue its own response.
 */
function inputOf(
  { environment, prompt }: LiveRunOptions,
  history: readonly ModelMessage[],
): Pick<AgentOptions, 'messages' | 'prompt' | 'attached'> {
  const { attached } = environment
  if (prompt !== undefined) return { messages: history, prompt, attached }
  const last = history.at(-1)
  const isResponse = last?.role === 'assistant' && (last.toolCalls ?? []).length === 0
  return isResponse ? { messages: history, prompt: 'Continue.' } : { messages: history }
}
