import { McpError } from '@mcp/protocol'
import { invalidParam, notFound } from '@mcp/server'

import type { PromptRecord, PromptStore, PromptVersion } from '../store/prompt-store.ts'

/** Which version of which prompt is meant. */
export interface VersionRequest {
  readonly prompt: string
  readonly version?: number | undefined
  readonly label?: string | undefined
}

export interface FoundVersion {
  readonly record: PromptRecord
  readonly version: number
  readonly value: PromptVersion
}

/** @throws McpError `not-found` where no prompt has that name, or it was deleted. */
export async function findPrompt(store: PromptStore, name: string): Promise<PromptRecord> {
  const record = await store.find(name)
  if (record?.isDeleted === false) return record
  if (record === undefined) {
    const present = (await store.list()).filter(({ isDeleted }) => !isDeleted)
    throw notFound(
      'prompt',
      name,
      present.map((each) => each.name),
    )
  }
  throw new McpError('not-found', `The prompt "${name}" was deleted; restore brings it back.`, {
    details: { reason: 'deleted' },
  })
}

/**
 * The version that is asked for: by its number, by a label, or else the newest.
 *
 * @throws McpError `not-found` where there is none, `conflict` where it cannot be used.
 */
export async function findVersion(
  store: PromptStore,
  { prompt, version, label }: VersionRequest,
): Promise<FoundVersion> {
  if (version !== undefined && label !== undefined) {
    throw invalidParam('label', 'give a version or a label, not both')
  }
  const record = await findPrompt(store, prompt)
  return readVersion(store, record, version ?? versionOfLabel(record, label))
}

/** @throws McpError `not-found` where the prompt has no such version, `conflict` where it cannot be used. */
export async function readVersion(
  store: PromptStore,
  record: PromptRecord,
  version: number,
): Promise<FoundVersion> {
  const value = await store.read(record.name, version)
  if (value !== undefined) return { record, version, value }
  throw new McpError(
    'not-found',
    `"${record.name}" has no version ${version}; its newest is ${latestOf(record)}.`,
    { details: { latest: latestOf(record) } },
  )
}

export function latestOf({ versions }: PromptRecord): number {
  return versions.at(-1) ?? 0
}

/** The version that a label is on; undefined where it was never set. */
export function labelOf({ labels }: PromptRecord, label: string): number | undefined {
  return Object.hasOwn(labels, label) ? labels[label] : undefined
}

function versionOfLabel(record: PromptRecord, label: string | undefined): number {
  if (label === undefined || label === 'latest') return latestOf(record)
  const version = labelOf(record, label)
  if (version !== undefined) return version
  throw notFound(`label of "${record.name}"`, label, [...Object.keys(record.labels), 'latest'])
}
