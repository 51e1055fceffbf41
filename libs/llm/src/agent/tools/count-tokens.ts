import type { ModelTool } from '../../providers/model-provider.ts'

const charactersPerToken = 4

/** Returns the approximate number of tokens of a text in the input of a model. */
export const countTokens = (text: string): number => Math.ceil(text.length / charactersPerToken)

/** Returns the approximate number of tokens of a tool with its schema. */
export function toolTokens({ name, description, parameters }: ModelTool): number {
  return countTokens(name) + countTokens(description) + countTokens(JSON.stringify(parameters))
}
