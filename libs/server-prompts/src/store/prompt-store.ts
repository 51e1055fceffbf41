import type { PromptContent } from '@mcp/contracts/prompts'
import type { Health, MaybePromise } from '@mcp/protocol'

/** A prompt without the content of its versions. */
export interface PromptRecord {
  readonly name: string
  /** Version numbers, ascending. Never empty. */
  readonly versions: readonly number[]
  /** Version that each label points to. */
  readonly labels: Readonly<Record<string, number>>
  readonly isDeleted: boolean
}

/** An immutable version of a prompt. */
export interface PromptVersion {
  readonly content: PromptContent
  /** Reason for the version. */
  readonly message: string
  /** Time of creation in ISO 8601. Absent if unknown. */
  readonly createdAt?: string | undefined
}

/** Storage of prompts. Implement these functions to add a backend. */
export interface PromptStore {
  /** Returns all prompts sorted by name, including deleted ones. */
  list(): MaybePromise<readonly PromptRecord[]>
  /** Returns a prompt, even a deleted one, or undefined if it does not exist. */
  find(name: string): MaybePromise<PromptRecord | undefined>
  /**
   * Returns one version, or undefined if it does not exist.
   *
   * @throws McpError `conflict`, reason `version-changed` or `version-unreadable`, if the stored version
   *   was modified or is invalid.
   */
  read(name: string, version: number): MaybePromise<PromptVersion | undefined>
  /**
   * Adds a version. The first version creates the prompt. Returns false, without writing, if the version
   * exists. If several callers add the same number concurrently, even in different processes, exactly one
   * call succeeds.
   */
  add(name: string, version: number, value: PromptVersion): MaybePromise<boolean>
  /** Points a label to a version. Removes the label if `version` is undefined. */
  setLabel(name: string, label: string, version: number | undefined): MaybePromise<void>
  /** Marks a prompt as deleted or restores it. Its versions are kept. */
  setDeleted(name: string, isDeleted: boolean): MaybePromise<void>
  /**
   * Calls `onChange` with the name of each prompt that another process may have changed. The returned
   * function stops the calls. Omit `watch` if no other process can change the store.
   */
  watch?(onChange: (name: string) => void): MaybePromise<() => MaybePromise<void>>
  /** Health of the storage, such as a folder that must be accessible. Default: healthy. */
  health?(): MaybePromise<Health>
  /** Releases the resources of the store. Called when the server closes. */
  close?(): MaybePromise<void>
}
