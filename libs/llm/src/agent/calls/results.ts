import type { MaybePromise } from '@mcp/protocol'

/** Keeps complete results, which `read_more` reads. */
export interface ResultStore {
  /** Keeps a text and returns its reference. */
  keep(callId: string, text: string): MaybePromise<string>
  /** Returns a part of a text, or undefined if the reference is unknown. Sizes are in characters. */
  read(ref: string, offset: number, length: number): MaybePromise<string | undefined>
}

/** Creates a store in memory, for one run. */
export function createResultStore(): ResultStore {
  const texts = new Map<string, string>()
  return {
    keep(callId, text) {
      const ref = `result-${callId}`
      texts.set(ref, text)
      return ref
    },
    read: (ref, offset, length) => texts.get(ref)?.slice(offset, offset + length),
  }
}

/** Maximum size of the preview of a result in an event, in bytes. */
const maxPreviewBytes = 8 * 1024

/** Returns the beginning of a text that is at most 8 KiB long in UTF-8. */
export function previewOf(text: string): string {
  if (text.length * 3 <= maxPreviewBytes) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxPreviewBytes))
  return text.slice(0, read)
}

/** Returns the result of a response as text. */
export function resultText(data: Readonly<Record<string, unknown>>): string {
  const result = resultOf(data)
  return typeof result === 'string' ? result : (JSON.stringify(result) ?? '')
}

/** Returns `result` of the data of a response, or the data if it has none. */
export function resultOf(data: Readonly<Record<string, unknown>>): unknown {
  return Object.hasOwn(data, 'result') ? data['result'] : data
}
