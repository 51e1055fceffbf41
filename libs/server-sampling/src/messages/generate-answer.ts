import { McpError } from '@mcp/protocol'

import type { ModelChoice } from '../models/model-choice.ts'
import { estimateInput, estimateTokens } from '../records/estimate-tokens.ts'
import type { SessionRecords } from '../records/session-records.ts'
import type { ModelResponse, ModelMessage, ModelProvider, ModelRequest } from '@mcp/llm'
import type { SchemaChecker } from '../schema/schema-checker.ts'
import { askProvider } from './ask-provider.ts'
import type { GeneratedAnswer } from './generated-answer.ts'
import type { MessageRequest } from './message-request.ts'
import { toProviderRequest } from './to-provider-request.ts'
import { untilAborted } from './until-aborted.ts'

/** A piece of the answer, and which attempt at it this is. */
export interface AnswerChunk {
  readonly text: string
  readonly attempt: number
}

export interface GenerateOptions {
  readonly models: ModelChoice
  readonly schemas: SchemaChecker
  /** Whose tokens it takes. */
  readonly records: SessionRecords
  readonly signal: AbortSignal
  readonly onChunk?: ((chunk: AnswerChunk) => void) | undefined
}

/**
 * Lets a model answer. An answer that does not fit the request's schema is asked for once more, with
 * what was wrong.
 *
 * @throws McpError `upstream-error`, reason `schema-mismatch`, where the second does not fit either.
 */
export async function generateAnswer(
  request: MessageRequest,
  options: GenerateOptions,
): Promise<GeneratedAnswer> {
  const { models, schemas, signal } = options
  const { from, model, selection } = await untilAborted(models.choose(request, signal), signal)
  const asked = toProviderRequest(request, model)
  const inputTokens = estimateInput(request)
  const first = await attempt({ from, asked, inputTokens, number: 1 }, request, options)
  const { responseSchema } = request
  if (responseSchema === undefined || first.toolCalls.length > 0) return { ...first, selection }

  const checked = await schemas.checkAnswer(responseSchema, first.text, signal)
  if (checked.fits) return { ...first, selection, value: checked.value }

  const added = correction(first, checked.problems)
  const second = await attempt(
    {
      from,
      asked: { ...asked, messages: [...asked.messages, ...added] },
      inputTokens: inputTokens + estimateTokens(added.map(({ content }) => content).join('')),
      number: 2,
    },
    request,
    options,
  )
  const usage = {
    inputTokens: first.usage.inputTokens + second.usage.inputTokens,
    outputTokens: first.usage.outputTokens + second.usage.outputTokens,
  }
  const rechecked = await schemas.checkAnswer(responseSchema, second.text, signal)
  if (rechecked.fits) return { ...second, usage, selection, value: rechecked.value }
  throw schemaMismatch(second, rechecked.problems)
}

interface Attempt {
  readonly from: ModelProvider
  readonly asked: ModelRequest
  /** By estimate. */
  readonly inputTokens: number
  readonly number: number
}

async function attempt(
  { from, asked, inputTokens, number }: Attempt,
  { maxTokens }: MessageRequest,
  { records, signal, onChunk }: GenerateOptions,
): Promise<ModelResponse> {
  const book = records.ledger.reserve(inputTokens + maxTokens)
  return askProvider(from, asked, {
    signal,
    inputTokens,
    onText: onChunk && ((text) => onChunk({ text, attempt: number })),
    onSpent(usage, model = asked.model ?? from.id) {
      const tokens = usage.inputTokens + usage.outputTokens
      book(tokens)
      if (tokens > 0) records.usage.add({ model, usage })
    },
  })
}

function correction({ text }: ModelResponse, problems: readonly string[]): readonly ModelMessage[] {
  return [
    { role: 'assistant', content: text },
    {
      role: 'user',
      content: `That does not fit the JSON Schema: ${problems.join('; ')}. Answer again, with JSON alone that fits it.`,
    },
  ]
}

function schemaMismatch({ stopReason }: ModelResponse, problems: readonly string[]): McpError {
  const cut = stopReason === 'length' ? ' It was cut off by maxTokens; allow more.' : ''
  return new McpError(
    'upstream-error',
    `The model's answer does not fit the schema, nor did its second: ${problems.slice(0, 5).join('; ')}.${cut}`,
    { details: { reason: 'schema-mismatch', problems }, retryable: false },
  )
}
