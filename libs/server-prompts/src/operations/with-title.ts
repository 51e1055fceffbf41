import type { PromptContent } from '@mcp/contracts/prompts'

/** Returns the content with the prompt's name as title if it has none. */
export function withTitle(name: string, content: PromptContent): PromptContent {
  return content.title === '' ? { ...content, title: name } : content
}
