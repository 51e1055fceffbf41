import type { PromptRecord } from '../store/prompt-store.ts'
import { labelOf, latestOf } from './find-version.ts'

/** A notification of the prompts server. */
export type PromptNotification =
  | { readonly type: 'prompt-list-changed'; readonly data: { added: string[]; removed: string[] } }
  | {
      readonly type: 'prompt-updated'
      readonly data: { prompt: string; version: number; label?: string }
    }

/** Current state of a prompt. `record` is undefined if the prompt does not exist. */
export interface PromptState {
  readonly name: string
  readonly record: PromptRecord | undefined
}

/**
 * Emits each change of the store once. Changes of other processes are emitted too, because the
 * notifier compares states.
 */
export interface ChangeNotifier {
  /** Replaces the recorded state without notifications. */
  initialize(records: readonly PromptRecord[]): void
  /** Compares prompts with their recorded state, emits the differences and records the new state. */
  update(states: readonly PromptState[]): void
  /** Returns the number of recorded prompts, including deleted ones. */
  promptCount(): number
}

/** Creates a notifier without recorded prompts. */
export function createChangeNotifier(
  emit: (notification: PromptNotification) => void,
): ChangeNotifier {
  const recorded = new Map<string, PromptRecord>()

  function record({ name, record: current }: PromptState): void {
    if (current === undefined) recorded.delete(name)
    else recorded.set(name, current)
  }

  return {
    initialize(records) {
      recorded.clear()
      for (const each of records) record({ name: each.name, record: each })
    },
    update(states) {
      const changes = states.map((state) => ({
        name: state.name,
        before: unlessDeleted(recorded.get(state.name)),
        after: unlessDeleted(state.record),
      }))
      states.forEach(record)
      const namesOf = (selected: typeof changes) => selected.map(({ name }) => name)
      const added = namesOf(changes.filter(({ before, after }) => !before && after))
      const removed = namesOf(changes.filter(({ before, after }) => before && !after))
      if (added.length + removed.length > 0) {
        emit({ type: 'prompt-list-changed', data: { added, removed } })
      }
      for (const { before, after } of changes) {
        if (before && after) updatesOf(before, after).forEach(emit)
      }
    },
    promptCount: () => recorded.size,
  }
}

function unlessDeleted(record: PromptRecord | undefined): PromptRecord | undefined {
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
      // A removed label is reported with the version that it pointed to.
      version: labelOf(after, label) ?? labelOf(before, label) ?? latest,
      label,
    })),
  ].map((data) => ({ type: 'prompt-updated', data }))
}
