import type { PromptContent } from '@mcp/contracts/prompts'

/** Returns the content, with the name of the prompt as its title if it has no title. */
export function withTitle(name: string, content: PromptContent): PromptContent {
  return content.title === '' ? { ...content, title: name } : content
}
