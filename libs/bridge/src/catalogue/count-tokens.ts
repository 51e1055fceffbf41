import type { ToolDefinition } from './tool-definition.ts'

const charactersPerToken = 4

/** Returns the approximate number of tokens that tools take in the input of a model. */
export function countTokens(tools: readonly ToolDefinition[]): number {
  return Math.ceil(exactTokens(tools))
}

/** Returns the number of {@link countTokens} without rounding, so that the numbers of parts add up exactly. */
export function exactTokens(tools: readonly ToolDefinition[]): number {
  let characters = 0
  for (const { name, description, inputSchema } of tools) {
    characters += name.length + description.length + JSON.stringify(inputSchema).length
  }
  return characters / charactersPerToken
}
