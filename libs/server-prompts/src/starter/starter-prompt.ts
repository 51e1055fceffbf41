import type { PromptArgument, PromptContent } from '@mcp/contracts/prompts'

/** A prompt that ships with the server. */
export interface StarterPrompt {
  readonly name: string
  readonly content: PromptContent
}

type ArgumentFacts = Partial<PromptArgument> & Pick<PromptArgument, 'name' | 'description'>

/** An argument that is text and may be left out, unless it says otherwise. */
export function argument(facts: ArgumentFacts): PromptArgument {
  return { required: false, schema: { type: 'string' }, completions: [], ...facts }
}
