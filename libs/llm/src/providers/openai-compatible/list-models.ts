import { isRecord, McpError } from '@mcp/protocol'

import type { ModelInfo } from '../model-provider.ts'
import { startDeadline } from './call-deadline.ts'
import type { CompletionsApi } from './completions-api.ts'
import { sendRequest } from './completions-api.ts'
import { interruptedError } from './provider-error.ts'
import { readText } from './read-bytes.ts'
import { readDocument } from './read-chunks.ts'

/** Requests the list of models from the API. */
export async function listModels(api: CompletionsApi, signal?: AbortSignal): Promise<ModelInfo[]> {
  const { host, key, timeoutMs, clock } = api
  const deadline = startDeadline({ signal, timeoutMs, clock, host })
  const context = { host, model: '', key, now: clock.now() }
  try {
    const response = await sendRequest(api, '/models', { deadline, context })
    return readModels(await readDocument(readText(response), context))
  } catch (error) {
    throw deadline.reason() ?? interruptedError(error, context)
  } finally {
    deadline.stop()
  }
}

/**
 * Reads the list of models. The list is in the property `data`. Some local servers send it in `models`, and
 * others without an object around it.
 */
function readModels(body: unknown): ModelInfo[] {
  const list = isRecord(body) ? (body['data'] ?? body['models']) : body
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).flatMap(({ id, name, supportedGenerationMethods: methods }) => {
    const known = id ?? name
    // Google also lists models that only embed, and adds a prefix to the names.
    if (Array.isArray(methods) && !methods.includes('generateContent')) return []
    return typeof known === 'string' ? [{ id: known.replace(/^models\//, '') }] : []
  })
}

const nonChatModels = /embed|whisper|tts|dall-e|image|audio|moderation|transcribe|rerank/i

/**
 * Returns the id of the first chat model.
 *
 * @throws McpError `invalid-params` if the list contains no chat model.
 */
export function firstChatModel(models: readonly ModelInfo[], host: string): string {
  const first = models.find(({ id }) => !nonChatModels.test(id))
  if (first !== undefined) return first.id
  throw new McpError(
    'invalid-params',
    `The provider at ${host} lists no chat model. Set LLM_MODEL.`,
  )
}
