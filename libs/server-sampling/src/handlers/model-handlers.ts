import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers } from '@mcp/server'
import { invalidParam, pageItems } from '@mcp/server'

import type { ModelChoice } from '../models/model-choice.ts'
import { estimateInput, estimateTokens } from '../records/estimate-tokens.ts'

type Names = 'listModels' | 'selectModel' | 'countTokens'

export function createModelHandlers(models: ModelChoice): Pick<Handlers<typeof sampling>, Names> {
  return {
    async listModels({ query, ...page }, { signal }) {
      const words = query?.toLowerCase() ?? ''
      const listed = (await models.list(signal))
        .filter(({ model }) => model.toLowerCase().includes(words))
        .map(({ model, provider, profile }) => ({ model, provider, profile }))
      return pageItems(listed, page, ({ provider, model }) => `${provider}/${model}`)
    },
    async selectModel(params, { signal }) {
      const { from, model, selection } = await models.choose(params, signal)
      return { ...(model === undefined ? {} : { model }), provider: from.id, ...selection }
    },
    countTokens({ text, messages, system }) {
      if (text === undefined && messages === undefined) {
        throw invalidParam('text', 'give a text or messages to count')
      }
      const ofText = estimateTokens(text ?? '')
      return {
        tokens: ofText + estimateInput({ messages: messages ?? [], system }),
        isEstimate: true,
      }
    },
  }
}
