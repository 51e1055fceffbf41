import { notFound } from '../new-conversation.ts'
import type { LogEntry } from '../log.ts'
import { historyOf } from '../log.ts'
import type { RunInput } from './run-environment.ts'

/** Returns the prompt of a run, and the message before which the history ends. */
export function readInput(
  input: RunInput | undefined,
  log: readonly LogEntry[],
): { prompt: string | undefined; rewindTo: string | undefined } {
  if (input === undefined) return { prompt: undefined, rewindTo: undefined }
  if (!('retry' in input) && !('edit' in input)) {
    return { prompt: input.prompt, rewindTo: undefined }
  }
  const messageId = 'retry' in input ? input.retry : input.edit
  const found = historyOf(log).find((each) => each.messageId === messageId)
  if (found?.message.role !== 'user') throw notFound('message of the user', messageId)
  return 'prompt' in input
    ? { prompt: input.prompt, rewindTo: messageId }
    : { prompt: found.message.content, rewindTo: messageId }
}
