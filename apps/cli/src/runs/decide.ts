import type { RunCall, RunView } from '@mcp/client/runs'
import type { AgentEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'
import type { DecisionBody } from '@mcp/protocol/rest'

import { callName } from './call-text.ts'

/** Requests the decision about a call from the user. */
export type AskUser = (
  call: RunCall,
  options: { readonly signal: AbortSignal; readonly problem?: string | undefined },
) => Promise<DecisionBody>

export interface DecisionsOptions {
  /** Operations that are approved without a question: `internet.fetch`, `roots.*`, or all of them. */
  readonly allow: readonly string[] | 'all'
  /** Default: calls are denied unless `allow` names them. */
  readonly ask?: AskUser | undefined
  /** Runs a task while no other task uses the terminal. */
  readonly inTurn: (task: () => Promise<void>) => Promise<void>
  /** Sends a decision to the hub. */
  readonly decide: (callId: string, decision: DecisionBody) => Promise<void>
  /** Aborted when the run ends. */
  readonly signal: AbortSignal
}

/** A call that was denied. */
export interface DeniedCall {
  /** Name of the operation. */
  readonly name: string
  /** The options with which the call would have been made. */
  readonly remedy: string
}

/** Decides about the calls of one run that require approval. */
export interface Decisions {
  readonly denied: readonly DeniedCall[]
  /** Handles an event. `view` is the view of the run after the event. */
  handle(event: AgentEvent, view: RunView): void
  /** Rejects with the error of a decision that could not be sent. Never resolves. */
  readonly failed: Promise<never>
}

/** Creates the decisions of a run. Requests to the user are made one at a time. */
export function createDecisions(options: DecisionsOptions): Decisions {
  const { allow, ask, inTurn, decide, signal } = options
  const open = new Map<string, AbortController>()
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {})
  const remedies = new Map<string, DeniedCall>()
  const denied: DeniedCall[] = []

  async function send(callId: string, decision: DecisionBody): Promise<string | undefined> {
    try {
      await decide(callId, decision)
      return undefined
    } catch (thrown) {
      // The call was decided elsewhere, or its approval has expired. An event reports which of both happened.
      if (McpError.is(thrown) && thrown.code === 'conflict') return undefined
      if (McpError.is(thrown) && thrown.code === 'invalid-params') return thrown.message
      throw thrown
    }
  }

  async function askUntilValid(call: RunCall, request: AskUser, ended: AbortSignal) {
    let problem: string | undefined
    do {
      ended.throwIfAborted()
      const decision = await request(call, { signal: ended, problem })
      ended.throwIfAborted()
      problem = await send(call.callId, decision)
    } while (problem !== undefined)
  }

  function decideAbout(call: RunCall): void {
    const { callId } = call
    const ended = new AbortController()
    open.set(callId, ended)
    const either = AbortSignal.any([signal, ended.signal])
    const deciding = isAllowed(call, allow)
      ? send(callId, { decision: 'once' })
      : ask === undefined
        ? send(callId, { decision: 'deny' })
        : inTurn(() => askUntilValid(call, ask, either))
    deciding.catch(fail).finally(() => open.delete(callId))

    function fail(thrown: unknown): void {
      if (!either.aborted) failure.reject(thrown)
    }
  }

  return {
    denied,
    failed: failure.promise,
    handle(event, view) {
      if (event.type === 'approval-decided') {
        open.get(event.callId)?.abort()
        const call = remedies.get(event.callId)
        if (event.decision === 'deny' && call !== undefined) denied.push(call)
      }
      if (event.type !== 'approval-required') return
      const call = view.items.find(
        (item): item is RunCall => item.kind === 'call' && item.callId === event.callId,
      )
      if (call === undefined) return
      const name = callName(call)
      const remedy = isExposed(call) ? '--allow-all' : `--allow ${name}`
      remedies.set(call.callId, { name, remedy })
      decideAbout(call)
    },
  }
}

function isAllowed(call: RunCall, allow: DecisionsOptions['allow']): boolean {
  if (allow === 'all') return true
  if (isExposed(call)) return false
  const name = callName(call)
  return allow.some((pattern) =>
    pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )
}

/**
 * Whether a call requires approval because the conversation has read text from outside, which can instruct the
 * model to send data away. A list of allowed operations then does not apply.
 */
function isExposed({ approval }: RunCall): boolean {
  return approval?.reasons.includes('read-from-outside') === true
}
