import { listenOnLoopback } from '../listening.ts'
import type { Listening } from '../listening.ts'

/** Starts an OpenAI-compatible API on loopback whose model always generates the same text. */
export async function startLanguageModel(): Promise<Listening> {
  return listenOnLoopback((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        id: 'completion-1',
        object: 'chat.completion',
        created: 0,
        model: 'test',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    )
  })
}
