import type { ModelUsage, RunEndReason } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol'
import { inSpan } from '@mcp/telemetry'

import type { ModelRequest, ModelResponse } from '../providers/model-provider.ts'
import { traceProvider } from '../providers/trace-provider.ts'
import type { AgentOptions, AgentResult } from './agent-options.ts'
import type { ProviderResult } from './call-provider.ts'
import { callProvider } from './call-provider.ts'
import { proposeCall } from './calls/make-call.ts'
import { completeCall, limitCalls, makeCalls, noteOmitted } from './calls/make-calls.ts'
import { historyTokens } from './compact-history.ts'
import { toAssistantMessage } from './history.ts'
import type { Run } from './start-run.ts'
import { startRun } from './start-run.ts'

/**
 * Runs a prompt. A language model calls operations of a catalogue until it responds without a call. The
 * last event is `run-finished`, even if the run fails.
 *
 * @throws McpError `cancelled`, the error of the provider, or `invalid-params` without a prompt and messages,
 * in which case there are no events. If the provider fails after it has written text, the run does not throw:
 * the result contains this text and the error.
 *
 * @example
 * const { response } = await runAgent({
 *   provider: createOfflinePlanner(),
 *   prompt: 'What is 12 * 12?',
 *   catalogue,
 *   call: ({ type, payload, callId }, { signal }) => session.request(type, payload, { signal }),
 * })
 */
export async function runAgent(options: AgentOptions): Promise<AgentResult> {
  const { model } = options
  const provider = traceProvider(options.provider)
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': provider.id,
    ...(model === undefined ? {} : { 'gen_ai.request.model': model }),
  }
  return inSpan('invoke_agent', { attributes }, async (span) => {
    const result = await runTraced({ ...options, provider })
    span?.setAttributes({
      'gen_ai.response.model': result.model,
      'gen_ai.usage.input_tokens': result.usage.inputTokens,
      'gen_ai.usage.output_tokens': result.usage.outputTokens,
    })
    if (result.error !== undefined) span?.fail(result.error.code)
    return result
  })
}

async function runTraced(options: AgentOptions): Promise<AgentResult> {
  const run = startRun(options)
  const { events, signal } = run
  const { provider, prompt, model } = options
  events.emit({
    type: 'run-started',
    ...(prompt === undefined ? {} : { prompt }),
    provider: provider.id,
    ...(model === undefined ? {} : { model }),
  })
  try {
    return await runSteps(run)
  } catch (thrown) {
    const error = McpError.from(thrown)
    const reason = signal.aborted ? 'stopped' : 'failed'
    events.emit({ type: 'run-finished', reason, usage: run.usage, error: error.toBody() })
    throw error
  }
}

async function runSteps(run: Run): Promise<AgentResult> {
  const { events, conversation, context, callIds } = run
  const { unfinished = () => 'unknown' as const } = run.options
  for (const call of conversation.pending) {
    const { message } = await completeCall(call, unfinished(call), context)
    conversation.add(message)
  }
  const { stepsBefore } = conversation
  let ending: RunEndReason | undefined
  for (let step = stepsBefore + 1; ; step++) {
    events.emit({ type: 'step-started', step })
    const result = await requestStep(run, step, ending)
    if ('cutText' in result) return finishCut(run, step, result)
    const { response } = result
    const { usage } = response
    run.usage = addUsage(run.usage, usage)
    // Some models request calls although the request forbids them. Such calls are ignored.
    const requested = ending === undefined ? response.toolCalls : []
    const calls = callIds.assign(limitCalls(requested), step)
    conversation.add(toAssistantMessage(response, calls))
    for (const call of calls) proposeCall(call, step, context)
    const isSpent = run.usage.inputTokens + run.usage.outputTokens >= run.maxTokens
    const made = isSpent ? [] : await makeCalls(calls, context)
    const messages = noteOmitted(made, requested.length - calls.length)
    for (const message of messages) conversation.add(message)
    run.steps.push({ text: response.text, calls: made.map(({ call }) => call), usage })
    events.emit({ type: 'step-finished', step, usage })

    if (calls.length === 0) return finish(run, response, ending ?? stopReasonOf(response))
    if (isSpent) return finish(run, response, 'token-limit')
    if (run.repeats > 1) ending = 'repeated-call'
    else if (run.callsLeft < 0) ending = 'call-limit'
    else if (step - stepsBefore >= run.maxSteps) ending = 'step-limit'
  }
}

/** Requests a response. A conversation that is too long for the model is shortened. */
async function requestStep(
  { options, conversation, system, toolBox, callIds, signal, clock, events }: Run,
  step: number,
  ending: RunEndReason | undefined,
): Promise<ProviderResult> {
  const { provider, model } = options
  const tools = toolBox.listOffered()
  const toolChoice = ending === undefined ? 'auto' : 'none'
  const offered: Partial<ModelRequest> = tools.length === 0 ? {} : { tools, toolChoice }
  const callIdOf = (id: string) => callIds.of(id, step)
  conversation.compact()
  for (;;) {
    const messages = conversation.forModel()
    try {
      const request = { messages, system, model, ...offered }
      return await callProvider(provider, request, { step, signal, clock, events, callIdOf })
    } catch (error) {
      const isTooLong = McpError.is(error) && error.details?.['reason'] === 'context-length'
      if (!isTooLong || !conversation.compact(historyTokens(messages) / 2)) throw error
    }
  }
}

function finish(
  run: Run,
  { text, model }: Pick<ModelResponse, 'text' | 'model'>,
  reason: RunEndReason,
): AgentResult {
  const note = text.trim() === '' ? { note: noTextMessage(reason) } : {}
  run.events.emit({ type: 'run-finished', reason, usage: run.usage, model, ...note })
  return toResult(run, { response: note.note ?? text, model, stopReason: reason })
}

/**
 * Ends a run whose provider failed, or which was cancelled, after the provider had written text. The text is
 * kept.
 *
 * @throws McpError `cancelled` if the run was cancelled.
 */
function finishCut(
  run: Run,
  step: number,
  { cutText, error: thrown }: Extract<ProviderResult, { readonly cutText: string }>,
): AgentResult {
  const { events, conversation, steps, usage, options, signal } = run
  const stepUsage = { inputTokens: 0, outputTokens: 0 }
  conversation.add({ role: 'assistant', content: cutText })
  steps.push({ text: cutText, calls: [], usage: stepUsage, isCut: true })
  events.emit({ type: 'step-finished', step, usage: stepUsage, isCut: true })
  if (signal.aborted) throw thrown
  const error = thrown.toBody()
  events.emit({ type: 'run-finished', reason: 'failed', usage, error })
  const model = options.model ?? options.provider.id
  return { ...toResult(run, { response: cutText, model, stopReason: 'failed' }), error }
}

function toResult(
  { options, conversation, toolBox, steps, usage, refused }: Run,
  result: Pick<AgentResult, 'response' | 'model' | 'stopReason'>,
): AgentResult {
  const { id: provider, offline = false } = options.provider
  const { messages } = conversation
  const offered = toolBox.offeredOperations()
  return { ...result, provider, offline, steps, usage, messages, refused, offered }
}

const optionalCounts = ['cachedTokens', 'reasoningTokens', 'cost'] as const

function addUsage(left: ModelUsage, right: ModelUsage): ModelUsage {
  const optional = optionalCounts.flatMap((key) =>
    left[key] === undefined && right[key] === undefined
      ? []
      : [[key, (left[key] ?? 0) + (right[key] ?? 0)] as const],
  )
  return {
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    ...Object.fromEntries(optional),
  }
}

function stopReasonOf({ stopReason }: ModelResponse): RunEndReason {
  return stopReason === 'length' || stopReason === 'content-filter' ? stopReason : 'answered'
}

function noTextMessage(reason: RunEndReason): string {
  return reason === 'answered'
    ? 'The model returned an empty response.'
    : `No response: the run ended early (${reason}).`
}
