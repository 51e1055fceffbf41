import type { PromptContent } from '@mcp/contracts/prompts'

/** A version of a prompt that is exported to a file or imported from one. */
export interface PromptDocument {
  /**
   * Name of the prompt. Absent if the document does not contain it, such as a file whose folder has the
   * name.
   */
  readonly name?: string | undefined
  readonly content: PromptContent
  readonly message?: string | undefined
  readonly createdAt?: string | undefined
}

/** A parsed document. */
export interface DecodedDocument extends PromptDocument {
  /** Warnings about ignored fields. */
  readonly warnings: string[]
}
