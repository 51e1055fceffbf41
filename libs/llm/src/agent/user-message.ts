import type { ModelUserMessage } from '../providers/model-provider.ts'

/** Returns the message of a prompt, with the attachments after the prompt. */
export function userMessage(prompt: string, attached: string | undefined): ModelUserMessage {
  return attached === undefined
    ? { role: 'user', content: prompt }
    : { role: 'user', content: `${prompt}\n\n${attached}`, prompt }
}

/** Returns the prompt of a message and its attachments. */
export function splitUserMessage({ content, prompt }: ModelUserMessage): {
  readonly prompt: string
  readonly attached: string | undefined
} {
  return prompt === undefined
    ? { prompt: content, attached: undefined }
    : { prompt, attached: content.slice(prompt.length).trimStart() }
}
