import { isRecord } from '@mcp/protocol'

import type {
  ModelDelta,
  ModelResponse,
  ModelStopReason,
  ModelToolCall,
  ModelUsage,
} from '../model-provider.ts'
import type { ErrorContext } from './provider-error.ts'
import { invalidResponse, reportedError } from './provider-error.ts'
import { createProviderData, createReasoning } from './reasoning.ts'
import type { FilteredText } from './thinking-filter.ts'
import { createThinkingFilter, withoutUnopenedThinking } from './thinking-filter.ts'
import { createToolCallPieces } from './tool-call-pieces.ts'
import { addUsage } from './usage.ts'

/** Joins the chunks of a completion. A completion that is not streamed is one chunk. */
export interface Completion {
  /**
   * Adds a chunk. Returns the pieces of the response in it.
   *
   * @throws McpError if the chunk reports a failure.
   */
  add(chunk: Fields): readonly ModelDelta[]
  /**
   * Returns the response, and the pieces of it that no chunk returned.
   *
   * @throws McpError if the completion is not complete or has no choices.
   */
  finish(isComplete: boolean): {
    readonly rest: readonly ModelDelta[]
    readonly response: ModelResponse
  }
}

export interface CompletionOptions extends ErrorContext {
  /** Names of the tools that the request offers. */
  readonly toolNames: ReadonlySet<string>
}

type Fields = Readonly<Record<string, unknown>>

/** Creates an empty completion. */
export function createCompletion(options: CompletionOptions): Completion {
  const calls = createToolCallPieces(options.toolNames)
  const reasoning = createReasoning()
  const filter = createThinkingFilter()
  let { model } = options
  let finishReason: string | undefined
  let usage: ModelUsage = { inputTokens: 0, outputTokens: 0 }
  let hasChoice = false
  let isRefusal = false
  // `written` is all that the model wrote. `text` is the same without the reasoning between tags.
  let written = ''
  let text = ''

  function addToolCalls(message: Fields, isComplete: boolean): ModelDelta[] {
    const { tool_calls: list, function_call: legacy } = message
    const pieces = (Array.isArray(list) ? list : [list]).filter(isRecord)
    const deltas = pieces.map((piece) => {
      const isSeparate = pieces.length > 1 && (piece['index'] ?? null) === null
      return calls.add(piece, isComplete || isSeparate)
    })
    if (isRecord(legacy)) deltas.push(calls.add({ function: legacy }, isComplete))
    return deltas.filter((delta) => delta !== undefined)
  }

  function addMessage(message: Fields, isComplete: boolean): ModelDelta[] {
    const thought = reasoning.add(message)
    const deltas = addToolCalls(message, isComplete)
    const shown = addText(message)
    return [...toDeltas({ ...shown, reasoning: thought + shown.reasoning }), ...deltas]
  }

  function addText(message: Fields): FilteredText {
    const refusal = typeof message['refusal'] === 'string' ? message['refusal'] : ''
    isRefusal ||= refusal !== ''
    const content = readContent(message['content'])
    const added = content.text + refusal
    if (added === '') return content
    written += added
    const shown = filter.add(added)
    text += shown.text
    return { text: shown.text, reasoning: content.reasoning + shown.reasoning }
  }

  return {
    add(chunk) {
      if (typeof chunk['model'] === 'string' && chunk['model'] !== '') model = chunk['model']
      const choice = chooseChoice(chunk['choices'])
      usage = addUsage(usage, chunk['usage'] ?? groqUsage(chunk) ?? choice?.['usage'])
      if (choice === undefined) return []
      hasChoice = true
      const { finish_reason: reason, delta, message } = choice
      if (typeof reason === 'string' && reason !== '') finishReason = reason
      if (isFailed(choice)) {
        const body = choice['error'] ?? `finish reason "${finishReason}"`
        throw reportedError({ body, isInterrupted: true }, options)
      }
      if (isRecord(delta)) return addMessage(delta, false)
      return addMessage(isRecord(message) ? message : { content: choice['text'] }, true)
    },
    finish(isComplete) {
      if (finishReason === undefined && !isComplete) {
        const body = 'the stream ended without a finish reason'
        throw reportedError({ body, isInterrupted: true }, options)
      }
      if (!hasChoice) throw invalidResponse('no choices', options)
      const stopReason = isRefusal ? 'content-filter' : toStopReason(finishReason)
      const rest = filter.end(stopReason === 'length')
      const toolCalls = calls
        .finish()
        .map(({ call, extra }) => withData(call, createProviderData(options.model, extra)))
      const providerData =
        toolCalls.length === 0
          ? undefined
          : reasoning.finish({ model: options.model, written, text: text + rest.text })
      return {
        rest: toDeltas(rest),
        response: {
          text: withoutUnopenedThinking(text + rest.text),
          toolCalls,
          // Some servers report the finish reason "stop" for a response with tool calls.
          stopReason: toolCalls.length > 0 ? 'tool-calls' : stopReason,
          model,
          usage,
          ...(providerData === undefined ? {} : { providerData }),
        },
      }
    },
  }
}

function toDeltas({ text, reasoning }: FilteredText): ModelDelta[] {
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning-delta', text: reasoning } as const]),
    ...(text === '' ? [] : [{ type: 'text-delta', text } as const]),
  ]
}

const withData = (call: ModelToolCall, providerData: unknown): ModelToolCall =>
  providerData === undefined ? call : { ...call, providerData }

/** Returns the choice with index 0 or without an index. Other choices contain no part of the response. */
function chooseChoice(choices: unknown): Fields | undefined {
  const list: unknown[] = Array.isArray(choices) ? choices : [choices]
  return list
    .filter(isRecord)
    .find(({ index }) => index === undefined || index === null || Number(index) === 0)
}

const failures = /error|insufficient_system_resource|malformed_function_call|^abort/i

function isFailed({ error, finish_reason: reason }: Fields): boolean {
  return (error ?? null) !== null || (typeof reason === 'string' && failures.test(reason))
}

/** Returns the text and the reasoning of a content, which is a string or a list of parts. */
function readContent(content: unknown): FilteredText {
  const parts: unknown[] = Array.isArray(content) ? content : [content]
  return {
    text: parts.map((part) => readPart(part, textTypes)).join(''),
    reasoning: parts.map((part) => readPart(part, reasoningTypes)).join(''),
  }
}

const textTypes = new Set<unknown>([undefined, 'text', 'output_text'])
const reasoningTypes = new Set<unknown>(['thinking', 'reasoning'])

function readPart(part: unknown, types: ReadonlySet<unknown>): string {
  if (typeof part === 'string') return types === textTypes ? part : ''
  if (!isRecord(part) || !types.has(part['type'])) return ''
  const content = part['text'] ?? part['thinking'] ?? part['reasoning']
  if (typeof content === 'string') return content
  // Mistral puts the reasoning into a list of texts.
  return Array.isArray(content) ? readContent(content).text : ''
}

function toStopReason(reason: string | undefined): ModelStopReason {
  switch (reason?.toLowerCase()) {
    case undefined:
    case 'stop':
    case 'eos':
    case 'eos_token':
    case 'end_turn':
    case 'stop_sequence':
      return 'stop'
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length'
    case 'content_filter':
    case 'content-filter':
    case 'safety':
    case 'sensitive':
      return 'content-filter'
    default:
      return 'other'
  }
}

const groqUsage = ({ x_groq: groq }: Fields): unknown =>
  isRecord(groq) ? groq['usage'] : undefined
