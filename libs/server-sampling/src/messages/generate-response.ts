import { abortable } from '@mcp/concurrency'
import { McpError } from '@mcp/protocol'

import type { ModelSelector } from '../models/model-selector.ts'
import { estimateInput, estimateTokens } from '../records/estimate-tokens.ts'
import type { SessionRecords } from '../records/session-records.ts'
import type { ModelResponse, ModelMessage, ModelProvider, ModelRequest } from '@mcp/llm'
import type { CheckOptions, SchemaChecker } from '../schema/schema-checker.ts'
import { callProvider } from './call-provider.ts'
import type { GeneratedResponse } from './generated-response.ts'
import type { MessageRequest } from './message-request.ts'
import type { ResponseChunk } from './open-message.ts'
import { toProviderRequest } from './to-provider-request.ts'

export interface GenerateOptions extends CheckOptions {
  readonly models: ModelSelector
  readonly schemas: SchemaChecker
  /** Records of the session whose token budget is used. */
  readonly records: SessionRecords
  readonly onChunk?: ((chunk: ResponseChunk) => void) | undefined
}

/**
 * Calls a model. If the response does not match the schema of the request, sends the problems to the
 * model and calls it once more.
 *
 * @throws McpError `upstream-error`, reason `schema-mismatch`, if the second response does not match either.
 */
export async function generateResponse(
  request: MessageRequest,
  options: GenerateOptions,
): Promise<GeneratedResponse> {
  const { models, schemas, signal } = options
  const { modelProvider, model, selection } = await abortable(
    models.choose(request, signal),
    signal,
  )
  const modelRequest = toProviderRequest(request, model)
  const inputTokens = estimateInput(request)
  const first = await attempt(
    { provider: modelProvider, request: modelRequest, inputTokens, number: 1 },
    request,
    options,
  )
  const { responseSchema } = request
  if (responseSchema === undefined || first.toolCalls.length > 0) return { ...first, selection }

  const checked = await schemas.checkResponse(responseSchema, first.text, options)
  if (checked.isValid) return { ...first, selection, value: checked.value }

  const added = correction(first, checked.problems)
  const second = await attempt(
    {
      provider: modelProvider,
      request: { ...modelRequest, messages: [...modelRequest.messages, ...added] },
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
  const rechecked = await schemas.checkResponse(responseSchema, second.text, options)
  if (rechecked.isValid) return { ...second, usage, selection, value: rechecked.value }
  throw schemaMismatch(second, rechecked.problems)
}

interface Attempt {
  readonly provider: ModelProvider
  readonly request: ModelRequest
  /** Estimated number of input tokens. */
  readonly inputTokens: number
  readonly number: number
}

async function attempt(
  { provider, request, inputTokens, number }: Attempt,
  { maxTokens }: MessageRequest,
  { records, signal, onChunk }: GenerateOptions,
): Promise<ModelResponse> {
  const settleUsage = records.budget.reserve(inputTokens + maxTokens)
  return callProvider(provider, request, {
    signal,
    inputTokens,
    onText: onChunk && ((text) => onChunk({ text, attempt: number })),
    onUsage(usage, model = request.model ?? provider.id) {
      const tokens = usage.inputTokens + usage.outputTokens
      settleUsage(tokens)
      if (tokens > 0) records.usage.add({ model, usage })
    },
  })
}

function correction({ text }: ModelResponse, problems: readonly string[]): readonly ModelMessage[] {
  return [
    { role: 'assistant', content: text },
    {
      role: 'user',
      content: `The response does not match the JSON Schema: ${problems.join('; ')}. Respond again, only with JSON that matches it.`,
    },
  ]
}

function schemaMismatch({ stopReason }: ModelResponse, problems: readonly string[]): McpError {
  const cut = stopReason === 'length' ? ' It was cut off at maxTokens. Increase maxTokens.' : ''
  return new McpError(
    'upstream-error',
    `The model's response does not match the schema, even on the second attempt: ${problems.slice(0, 5).join('; ')}.${cut}`,
    { details: { reason: 'schema-mismatch', problems }, retryable: false },
  )
}
