import type { ModelToolCall, ModelToolMessage } from '../../providers/model-provider.ts'
import type { UnfinishedCall } from '../agent-options.ts'
import { argumentProblem, toAgentRequest } from '../tools/agent-tool.ts'
import { isRecord } from '@mcp/protocol'
import type { CallContext, MadeCall } from './make-call.ts'
import { abandonCall, makeCall, resendCall } from './make-call.ts'

/** Maximum number of calls of one response. */
const maxCalls = 25

/** Returns the calls of a response that are made, which are the first 25. */
export function limitCalls(requested: readonly ModelToolCall[]): readonly ModelToolCall[] {
  return requested.slice(0, maxCalls)
}

/** Returns the messages with the results. The last one states how many calls were omitted. */
export function noteOmitted(made: readonly MadeCall[], omitted: number): ModelToolMessage[] {
  return made.map(({ message }, index) =>
    omitted > 0 && index === made.length - 1
      ? {
          ...message,
          content: `${message.content}\n[${omitted} further calls of the response were not made. A response can have at most ${maxCalls}.]`,
        }
      : message,
  )
}

/**
 * Makes calls in parallel if all are read-only and none needs approval, otherwise in sequence. Invalid calls do
 * not matter for this, because they are not sent.
 */
export async function makeCalls(
  requested: readonly ModelToolCall[],
  context: CallContext,
): Promise<MadeCall[]> {
  const areFree = await Promise.all(requested.map((call) => isIndependent(call, context)))
  if (areFree.every(Boolean)) {
    return Promise.all(requested.map((call) => makeCall(call, context)))
  }
  const made: MadeCall[] = []
  for (const call of requested) made.push(await makeCall(call, context))
  return made
}

async function isIndependent(
  { name, arguments: args }: ModelToolCall,
  { toolBox, gate }: CallContext,
): Promise<boolean> {
  const tool = toolBox.find(name)
  if (tool === undefined || !isRecord(args) || argumentProblem(tool, args) !== undefined)
    return true
  return tool.operation.hints.readOnly && gate.isFree(tool, toAgentRequest(tool, args))
}

/** Completes a call of an earlier run that has no result. */
export function completeCall(
  call: ModelToolCall,
  how: UnfinishedCall,
  context: CallContext,
): Promise<MadeCall> {
  if (how === 'not-started') return makeCall(call, context)
  if (how === 'unknown') return Promise.resolve(abandonCall(call, context))
  return resendCall(call, how.resend, context)
}
