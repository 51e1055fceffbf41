import { McpError } from '@mcp/protocol'
import { invalidParam, notFound } from '@mcp/server'

import type { PromptRecord, PromptStore, PromptVersion } from '../store/prompt-store.ts'

/** Selects a version by number or label, or the latest version if both are absent. */
export interface VersionQuery {
  readonly prompt: string
  readonly version?: number | undefined
  readonly label?: string | undefined
}

export interface FoundVersion {
  readonly record: PromptRecord
  readonly version: number
  readonly value: PromptVersion
}

/**
 * Returns the record of a prompt.
 *
 * @throws McpError `not-found` if the prompt does not exist or is deleted.
 */
export async function findPrompt(store: PromptStore, name: string): Promise<PromptRecord> {
  const record = await store.find(name)
  if (record?.isDeleted === false) return record
  if (record === undefined) {
    const names = (await store.list())
      .filter(({ isDeleted }) => !isDeleted)
      .map((existing) => existing.name)
    throw notFound('prompt', name, names)
  }
  throw new McpError('not-found', `The prompt "${name}" was deleted. Use restore to recover it.`, {
    details: { reason: 'deleted' },
  })
}

/**
 * Returns the selected version of a prompt.
 *
 * @throws McpError `invalid-params` if both version and label are set; `not-found` if the prompt, label or
 *   version does not exist; `conflict` if the stored version was modified or is invalid.
 */
export async function findVersion(
  store: PromptStore,
  { prompt, version, label }: VersionQuery,
): Promise<FoundVersion> {
  if (version !== undefined && label !== undefined) {
    throw invalidParam('label', 'version and label cannot be combined; send one of them')
  }
  const record = await findPrompt(store, prompt)
  return readVersion(store, record, version ?? versionOfLabel(record, label))
}

/**
 * Reads a version of a prompt.
 *
 * @throws McpError `not-found` if the version does not exist; `conflict` if the stored version was modified
 *   or is invalid.
 */
export async function readVersion(
  store: PromptStore,
  record: PromptRecord,
  version: number,
): Promise<FoundVersion> {
  const value = await store.read(record.name, version)
  if (value !== undefined) return { record, version, value }
  throw new McpError(
    'not-found',
    `"${record.name}" has no version ${version}. The latest is ${latestOf(record)}.`,
    { details: { latest: latestOf(record) } },
  )
}

/** Returns the number of the latest version. */
export function latestOf({ versions }: PromptRecord): number {
  return versions.at(-1) ?? 0
}

/** Returns the version that a label points to, or undefined if the label does not exist. */
export function labelOf({ labels }: PromptRecord, label: string): number | undefined {
  return Object.hasOwn(labels, label) ? labels[label] : undefined
}

function versionOfLabel(record: PromptRecord, label: string | undefined): number {
  if (label === undefined || label === 'latest') return latestOf(record)
  const version = labelOf(record, label)
  if (version !== undefined) return version
  throw notFound(`label of "${record.name}"`, label, [...Object.keys(record.labels), 'latest'])
}
