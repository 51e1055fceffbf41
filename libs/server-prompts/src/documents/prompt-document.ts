import type { PromptContent } from '@mcp/contracts/prompts'

/** One version of a prompt as it travels: what it says, and what is known of it. */
export interface PromptDocument {
  /** Absent where the document's place says it, as a file's folder does. */
  readonly name?: string | undefined
  readonly content: PromptContent
  readonly message?: string | undefined
  readonly createdAt?: string | undefined
}

/** A document that was read. */
export interface ReadDocument extends PromptDocument {
  /** What it holds that is not known here and was left out. */
  readonly warnings: string[]
}
