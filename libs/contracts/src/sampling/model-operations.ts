import * as z from 'zod'

import { operation } from '@mcp/protocol'
import { listParams, listResult } from '../list-shape.ts'
import {
  messagesParam,
  modelParam,
  preferencesParam,
  selectionSchema,
  systemParam,
} from './message-shapes.ts'

const score = (what: string) => z.number().describe(`${what}, from 0 to 1; 1 is the best.`)

/** Operations that list models, select a model and estimate tokens. They do not generate text. */
export const modelOperations = {
  listModels: operation({
    title: 'List models',
    description: 'Lists the models that the language model providers offer.',
    params: () => z.object(listParams('name')),
    result: () =>
      listResult(
        z.object({
          model: z.string(),
          provider: z.string(),
          profile: z.object({
            cost: score('Cheapness'),
            speed: score('Speed'),
            intelligence: score('Capability'),
          }),
        }),
      ),
    hints: { readOnly: true, openWorld: true },
    errors: ['upstream-error', 'unavailable'],
    examples: [
      { title: 'Which language models are there?', params: {} },
      { title: 'Which language models have "small" in their names?', params: { query: 'small' } },
    ],
  }),
  selectModel: operation({
    title: 'Select a model',
    description:
      'Returns the model that would be chosen, and the reason for the choice. Does not call the model.',
    params: () => z.object({ model: modelParam(), modelPreferences: preferencesParam() }),
    result: () =>
      z.object({
        model: z.string().optional().describe('Absent if the provider chooses.'),
        provider: z.string(),
        ...selectionSchema().shape,
      }),
    hints: { readOnly: true, openWorld: true },
    errors: ['not-found', 'upstream-error', 'unavailable'],
    examples: [
      {
        title: 'Which language model would be chosen if speed counts most?',
        params: { modelPreferences: { speedPriority: 1, intelligencePriority: 0.2 } },
      },
    ],
  }),
  countTokens: operation({
    title: 'Count tokens',
    description:
      'Estimates the number of tokens of a text or conversation. Models count differently, so the figure is not exact.',
    params: () =>
      z.object({
        model: modelParam(),
        text: z.string().max(1_000_000).optional().describe('A text to count.'),
        messages: messagesParam().optional().describe('A conversation to count.'),
        system: systemParam(),
      }),
    result: () =>
      z.object({
        tokens: z.int().min(0),
        isEstimate: z.literal(true),
      }),
    hints: { readOnly: true },
    examples: [
      {
        title: 'How many tokens are in "The quick brown fox"?',
        params: { text: 'The quick brown fox' },
        result: { tokens: 5, isEstimate: true },
      },
    ],
  }),
}
