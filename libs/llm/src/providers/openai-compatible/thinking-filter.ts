/**
 * Separates the reasoning that models write into their text between tags such as `<think>` and
 * `</think>`. Only blocks at the start of a text are reasoning, because a text can also be about the tags.
 */
export interface ThinkingFilter {
  /** Adds a piece of the text. Returns the text that is known to be reasoning or response by then. */
  add(piece: string): FilteredText
  /**
   * Returns the rest. A block that never ends is part of the response, unless the response was cut off.
   */
  end(isCutOff: boolean): FilteredText
}

export interface FilteredText {
  /** Part of the response. */
  readonly text: string
  readonly reasoning: string
}

const opening = /^\s*<((?:seed:)?think|thinking|thought)>/i
const maybeOpening = /^\s*(?:<[a-z:]{0,10})?$/i

/** Creates the filter of one response. */
export function createThinkingFilter(): ThinkingFilter {
  let state: 'start' | 'thinking' | 'text' = 'start'
  let closing = ''
  // Text that is not yet known to be part of the response.
  let held = ''
  // Tag and start of the open block. They are not part of `held`, so that the search for the closing tag
  // stays short.
  let tag = ''
  let thought = ''
  let isAfterBlock = false

  function readStart(reasoning = ''): FilteredText {
    const match = opening.exec(held)
    if (match !== null) {
      state = 'thinking'
      closing = `</${match[1]?.toLowerCase()}>`
      tag = match[0]
      held = held.slice(tag.length)
      return readThinking(reasoning)
    }
    if (maybeOpening.test(held)) return { text: '', reasoning }
    state = 'text'
    return { text: takeHeld(), reasoning }
  }

  function readThinking(before = ''): FilteredText {
    const end = held.toLowerCase().indexOf(closing)
    const isOpen = end === -1
    const known = isOpen ? Math.max(0, held.length - closing.length) : end
    const reasoning = before + held.slice(0, known)
    if (isOpen) {
      thought += held.slice(0, known)
      held = held.slice(known)
      return { text: '', reasoning }
    }
    held = held.slice(end + closing.length)
    thought = ''
    tag = ''
    isAfterBlock = true
    state = 'start'
    return readStart(reasoning)
  }

  function takeHeld(): string {
    const text = tag + thought + held
    thought = ''
    held = ''
    return isAfterBlock ? text.trimStart() : text
  }

  return {
    add(piece) {
      if (state === 'text') return { text: piece, reasoning: '' }
      held += piece
      return state === 'thinking' ? readThinking() : readStart()
    },
    end: (isCutOff) =>
      state === 'thinking' && isCutOff
        ? { text: '', reasoning: held }
        : { text: takeHeld(), reasoning: '' },
  }
}

/**
 * Removes reasoning without an opening tag. The chat templates of some models contain this tag, so the models
 * write only the closing tag, on a line of its own.
 */
export function withoutUnopenedThinking(text: string): string {
  const end = /(?:^|\n)[ \t]*<\/think>[ \t]*(?:\r?\n\s*|$)/i.exec(text)
  if (end === null || /<think>/i.test(text.slice(0, end.index))) return text
  return text.slice(end.index + end[0].length)
}
