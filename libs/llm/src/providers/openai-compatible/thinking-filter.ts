/**
 * Removes the reasoning that models write into their text between tags such as `<think>` and
 * `</think>`. Only blocks at the start of a text are removed, because a text can also be about the tags.
 */
export interface ThinkingFilter {
  /** Adds a piece of the text. Returns the part of the response that is known by then. */
  add(piece: string): string
  /**
   * Returns the rest of the response. A block that never ends is part of the response, unless the
   * response was cut off.
   */
  end(isCutOff: boolean): string
}

const opening = /^\s*<((?:seed:)?think|thinking|thought)>/i
const maybeOpening = /^\s*(?:<[a-z:]{0,10})?$/i

/** Creates the filter of one response. */
export function createThinkingFilter(): ThinkingFilter {
  let state: 'start' | 'thinking' | 'text' = 'start'
  let closing = ''
  // Text that is not yet known to be part of the response.
  let held = ''
  // Start of the open block. It is separate, so that a search for the tag is short.
  let thought = ''
  let isAfterBlock = false

  function readStart(): string {
    const match = opening.exec(held)
    if (match !== null) {
      state = 'thinking'
      closing = `</${match[1]?.toLowerCase()}>`
      return readThinking()
    }
    if (maybeOpening.test(held)) return ''
    state = 'text'
    return takeHeld()
  }

  function readThinking(): string {
    const end = held.toLowerCase().indexOf(closing)
    if (end === -1) {
      const known = Math.max(0, held.length - closing.length)
      thought += held.slice(0, known)
      held = held.slice(known)
      return ''
    }
    held = held.slice(end + closing.length)
    thought = ''
    isAfterBlock = true
    state = 'start'
    return readStart()
  }

  function takeHeld(): string {
    const text = thought + held
    thought = ''
    held = ''
    return isAfterBlock ? text.trimStart() : text
  }

  return {
    add(piece) {
      if (state === 'text') return piece
      held += piece
      return state === 'thinking' ? readThinking() : readStart()
    },
    end: (isCutOff) => (state === 'thinking' && isCutOff ? '' : takeHeld()),
  }
}

/**
 * Removes reasoning without an opening tag. The chat templates of some models contain this tag, so the
 * models write only the closing one, on a line of its own.
 */
export function withoutUnopenedThinking(text: string): string {
  const end = /(?:^|\n)[ \t]*<\/think>[ \t]*(?:\r?\n\s*|$)/i.exec(text)
  if (end === null || /<think>/i.test(text.slice(0, end.index))) return text
  return text.slice(end.index + end[0].length)
}
