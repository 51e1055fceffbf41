import type { sampling } from '@mcp/contracts/sampling'
import type { Handlers } from '@mcp/server'
import { invalidParam, pageItems } from '@mcp/server'

import type { ModelSelector } from '../models/model-selector.ts'
import { estimateInput, estimateTokens } from '../records/estimate-tokens.ts'

type Names = 'listModels' | 'selectModel' | 'countTokens'

export function createModelHandlers(models: ModelSelector): Pick<Handlers<typeof sampling>, Names> {
  return {
    async listModels({ query, ...page }, { signal }) {
      const searchText = query?.toLowerCase() ?? ''
      const listed = (await models.list(signal))
        .filter(({ model }) => model.toLowerCase().includes(searchText))
        .map(({ model, provider, profile }) => ({ model, provider, profile }))
      return pageItems(listed, page, ({ provider, model }) => `${provider}/${model}`)
    },
    async selectModel(params, { signal }) {
      const { modelProvider, model, selection } = await models.choose(params, signal)
      return { ...(model === undefined ? {} : { model }), provider: modelProvider.id, ...selection }
    },
    countTokens({ text, messages, system }) {
      if (text === undefined && messages === undefined) {
        throw invalidParam('text', 'requires text or messages to count')
      }
      const ofText = estimateTokens(text ?? '')
      return {
        tokens: ofText + estimateInput({ messages: messages ?? [], system }),
        isEstimate: true,
      }
    },
  }
}
