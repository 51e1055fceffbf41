import type { MaybePromise } from '@mcp/protocol'
import type { PromptContent } from '@mcp/contracts/prompts'

/** What is kept of a prompt besides its versions. */
export interface PromptRecord {
  readonly name: string
  /** The numbers of its versions, ascending; never empty. */
  readonly versions: readonly number[]
  /** The version that each label is on. */
  readonly labels: Readonly<Record<string, number>>
  readonly isDeleted: boolean
}

/** One version of a prompt. It never changes. */
export interface PromptVersion {
  readonly content: PromptContent
  /** Why it was made. */
  readonly message: string
  /** ISO 8601; absent where nobody wrote it down. */
  readonly createdAt?: string | undefined
}

/** Where prompts live. Implement these functions to add a backend. */
export interface PromptStore {
  /** All prompts by name, deleted ones among them. */
  list(): MaybePromise<readonly PromptRecord[]>
  find(name: string): MaybePromise<PromptRecord | undefined>
  /**
   * One version, if it is there.
   *
   * @throws McpError `conflict`, reason `version-changed` or `version-unreadable`, where it can no longer be trusted.
   */
  read(name: string, version: number): MaybePromise<PromptVersion | undefined>
  /**
   * Adds a version, and the prompt with its first one. False, and nothing is written, where that number
   * is taken, whoever took it: two writers at once make two versions.
   */
  add(name: string, version: number, value: PromptVersion): MaybePromise<boolean>
  /** Puts a label on a version, or takes it off where none is given. */
  setLabel(name: string, label: string, version: number | undefined): MaybePromise<void>
  /** Marks a prompt as deleted, or as there again. Its versions stay. */
  setDeleted(name: string, isDeleted: boolean): MaybePromise<void>
  /**
   * Calls back with the name of each prompt that somebody else may have changed, until the returned
   * function is called. Left out by stores that nobody else can change.
   */
  watch?(onChange: (name: string) => void): MaybePromise<() => MaybePromise<void>>
  /** Ends what it started, once the server closes. Left out by stores that start nothing. */
  close?(): MaybePromise<void>
}
