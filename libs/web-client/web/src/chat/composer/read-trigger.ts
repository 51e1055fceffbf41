/** A word at the caret that opens a menu. */
export interface Trigger {
  /** `command`: a prompt or an operation after `/`. `mention`: a file or a resource after `@`. */
  readonly kind: 'command' | 'mention'
  readonly query: string
  /** Range of the word in the text, with its sign. */
  readonly from: number
  readonly to: number
}

/**
 * Returns the trigger at the caret: `/` at the start of the text, or `@` at the start of a word.
 *
 * @example
 * readTrigger('see @no', 7) // { kind: 'mention', query: 'no', from: 4, to: 7 }
 */
export function readTrigger(text: string, caret: number): Trigger | undefined {
  const before = text.slice(0, caret)
  const to = caret + (/^\S*/.exec(text.slice(caret))?.[0].length ?? 0)
  const command = /^\/(\S*)$/.exec(before)
  if (command !== null) return { kind: 'command', query: command[1] ?? '', from: 0, to }
  const mention = /(?:^|\s)@(\S*)$/.exec(before)
  if (mention === null) return undefined
  const query = mention[1] ?? ''
  return { kind: 'mention', query, from: caret - query.length - 1, to }
}

/** Returns the text and the caret after the word of a trigger was replaced. */
export function replaceTrigger(
  text: string,
  { from, to }: Trigger,
  replacement: string,
): { readonly text: string; readonly caret: number } {
  const after = text.slice(to)
  const space = replacement === '' || /^\s/.test(after) ? '' : ' '
  const start = text.slice(0, from) + replacement + space
  return { text: start + after, caret: start.length }
}
