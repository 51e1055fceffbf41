import { joinDraft } from './use-draft.ts'

export interface SendDirectFormOptions {
  /** Text of the message that is not sent yet. */
  readonly draft: string
  readonly setText: (text: string) => void
  /** Sends a prompt. Resolves with true if the prompt was accepted. */
  readonly send: (prompt: string) => Promise<boolean>
}

/**
 * Sends a direct form and keeps the draft of the message. A form that is not accepted, for example during a run,
 * stays in the field before the draft.
 */
export async function sendDirectForm(
  directForm: string,
  { draft, setText, send }: SendDirectFormOptions,
): Promise<void> {
  const trimmed = draft.trim()
  setText(joinDraft(directForm, trimmed))
  if (await send(directForm)) setText(trimmed)
}
