import type { PromptContent } from '@mcp/contracts/prompts'

/** One version of a prompt for export and import. */
export interface PromptDocument {
  /**
   * Name of the prompt. Absent if the location of the document, such as its folder, determines the
   * name.
   */
  readonly name?: string | undefined
  readonly content: PromptContent
  readonly message?: string | undefined
  readonly createdAt?: string | undefined
}

/** A parsed document. */
export interface DecodedDocument extends PromptDocument {
  /** Fields that were ignored. */
  readonly warnings: string[]
}
