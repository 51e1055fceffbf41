import type { Clock } from '@mcp/protocol'
import { isRecord, McpError, parseJson } from '@mcp/protocol'

import type { ModelInfo } from '../model-provider.ts'
import { startDeadline } from './call-deadline.ts'
import { toProviderError } from './provider-error.ts'

/** Options for requesting the list of models from the API. */
export interface ModelsApi {
  readonly baseUrl: string
  readonly host: string
  readonly query: Readonly<Record<string, string>>
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
}

/** Requests the list of models from the API, because the SDK has no function for it. */
export async function listModels(
  { baseUrl, host, query, key, headers, timeoutMs, fetch, clock }: ModelsApi,
  signal: AbortSignal | undefined,
): Promise<ModelInfo[]> {
  const deadline = startDeadline({ signal, timeoutMs, clock, host })
  const url = new URL(`${baseUrl}/models`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const failed = () => ({ host, model: '', key, now: clock.now() })
  try {
    const sent = { ...authorization, ...headers }
    const response = await fetch(url, { headers: sent, signal: deadline.signal })
    const text = await response.text()
    if (response.ok) return readModels(parseJson(text))
    const responseHeaders = Object.fromEntries(response.headers)
    const { status: statusCode } = response
    throw toProviderError({ statusCode, responseHeaders, message: text }, failed())
  } catch (error) {
    throw deadline.reason() ?? toProviderError(error, failed())
  } finally {
    deadline.stop()
  }
}

function readModels(body: unknown): ModelInfo[] {
  const list = isRecord(body) && Array.isArray(body['data']) ? body['data'] : []
  return list.flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry['id'] === 'string' ? [{ id: entry['id'] }] : [],
  )
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
