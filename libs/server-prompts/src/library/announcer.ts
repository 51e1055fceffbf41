import type { PromptRecord } from '../store/prompt-store.ts'
import { labelOf, latestOf } from './find-version.ts'

/** A notification of the prompts server. */
export type PromptNotification =
  | { readonly type: 'prompt-list-changed'; readonly data: { added: string[]; removed: string[] } }
  | {
      readonly type: 'prompt-updated'
      readonly data: { prompt: string; version: number; label?: string }
    }

/** A prompt as it is now; without a record it is not there. */
export interface PromptState {
  readonly name: string
  readonly record: PromptRecord | undefined
}

/** Tells clients what changed, once: whoever changed it and however often one looks. */
export interface Announcer {
  /** Takes note of what is there, and tells nothing. */
  begin(records: readonly PromptRecord[]): void
  /** Compares some prompts with what is known of them, and tells the difference. */
  update(states: readonly PromptState[]): void
  /** How many prompts there are, deleted ones among them. */
  count(): number
}

/** Creates an announcer that knows of no prompts yet. */
export function createAnnouncer(tell: (notification: PromptNotification) => void): Announcer {
  const known = new Map<string, PromptRecord>()

  function note({ name, record }: PromptState): void {
    if (record === undefined) known.delete(name)
    else known.set(name, record)
  }

  return {
    begin(records) {
      known.clear()
      for (const record of records) note({ name: record.name, record })
    },
    update(states) {
      const changes = states.map((state) => ({
        name: state.name,
        before: present(known.get(state.name)),
        after: present(state.record),
      }))
      states.forEach(note)
      const namesOf = (chosen: typeof changes) => chosen.map(({ name }) => name)
      const added = namesOf(changes.filter(({ before, after }) => !before && after))
      const removed = namesOf(changes.filter(({ before, after }) => before && !after))
      if (added.length + removed.length > 0) {
        tell({ type: 'prompt-list-changed', data: { added, removed } })
      }
      for (const { before, after } of changes) {
        if (before && after) updatesOf(before, after).forEach(tell)
      }
    },
    count: () => known.size,
  }
}

function present(record: PromptRecord | undefined): PromptRecord | undefined {
  return record?.isDeleted === false ? record : undefined
}

function updatesOf(before: PromptRecord, after: PromptRecord): PromptNotification[] {
  const prompt = after.name
  const latest = latestOf(after)
  const labels = new Set([...Object.keys(before.labels), ...Object.keys(after.labels)])
  const moved = Array.from(labels).filter(
    (label) => labelOf(before, label) !== labelOf(after, label),
  )
  return [
    ...(latestOf(before) === latest ? [] : [{ prompt, version: latest }]),
    ...moved.map((label) => ({
      prompt,
      // Of a label that was taken off, the version it was on.
      version: labelOf(after, label) ?? labelOf(before, label) ?? latest,
      label,
    })),
  ].map((data) => ({ type: 'prompt-updated', data }))
}
