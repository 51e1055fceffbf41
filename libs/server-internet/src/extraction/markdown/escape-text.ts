/**
 * Escapes the characters of a text that Markdown or HTML would interpret. The start of a line needs
 * `escapeLineStart` in addition.
 */
export function escapeText(text: string): string {
  const escapesTilde = /~.*~/.test(text)
  return text.replaceAll(special, (character: string, at: number) => {
    // `&lt;` instead of `\<`: if a program inserts the Markdown into a page without rendering it, `&lt;` does
    // not start an element.
    if (character === '<') return '&lt;'
    const isEscaped =
      character === '_'
        ? !isIntraword(text, at)
        : character === '~'
          ? escapesTilde || at === 0 || at === text.length - 1
          : character !== '&' || /^&(?:$|#?\w+;)/.test(text.slice(at, at + maxReference))
    return isEscaped ? `\\${character}` : character
  })
}

/** Maximum length of a character reference. The longest name has 31 letters. */
const maxReference = 40

// `<` starts a tag only before a letter, `/`, `!` or `?`. A backslash escapes only punctuation. Both are also
// escaped at the end of the text, because the character after it is unknown.
const special = /[*_`[\]~&]|<(?=[a-z/!?]|$)|\\(?=[!-/:-@[-`{-~]|$)/gi

/** Whether an underscore is between letters or digits. Such an underscore is always literal. */
function isIntraword(text: string, at: number): boolean {
  return /^[\p{L}\p{N}]_[\p{L}\p{N}]/u.test(text.slice(at - 1, at + 2))
}

/** Escapes the start of a line if it would start a block, such as a list or a heading. */
export function escapeLineStart(line: string): string {
  const [, number, rest] = /^(\d{1,9})([.)](?:\s.*|))$/s.exec(line) ?? []
  if (number !== undefined) return `${number}\\${rest}`
  return /^(?:#{1,6}(?:\s|$)|[-+](?:\s|$)|>|=+\s*$|[|:-][\s|:-]*$)/.test(line) ? `\\${line}` : line
}
