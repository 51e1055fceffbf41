import type { PromptArgument, PromptContent } from '@mcp/contracts/prompts'

/** A prompt that ships with the server. */
export interface StarterPrompt {
  readonly name: string
  readonly content: PromptContent
}

type ArgumentFields = Partial<PromptArgument> & Pick<PromptArgument, 'name' | 'description'>

/** Creates an argument. Without further fields, it is an optional text. */
export function argument(fields: ArgumentFields): PromptArgument {
  return { required: false, schema: { type: 'string' }, completions: [], ...fields }
}
