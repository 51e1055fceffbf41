import type { PromptToken } from './prompt-token.ts'

const words =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  )

/** Returns the prompt with numbers in place of number words, or undefined if it has no number words. */
export function withNumberWords(tokens: readonly PromptToken[]): PromptToken[] | undefined {
  const numbers = tokens.map(({ kind, text }) =>
    kind === 'word' ? words.indexOf(text.toLowerCase()) : -1,
  )
  if (numbers.every((number) => number === -1)) return undefined
  return tokens.map((token, at) => {
    const value = numbers[at] ?? -1
    return value === -1 ? token : { ...token, kind: 'number', value, form: String(value) }
  })
}
