import { contentWords } from './word-forms.ts'

/** Returns the stems of the words of a text or name that the search does not ignore. */
export function searchWords(text: string): string[] {
  return contentWords(text).map(stem)
}

/**
 * Removes the usual endings of English words, so that "validation", "validated" and "validates" match.
 */
function stem(word: string): string {
  const shortened = word.replace(/(?:ing|ed|er|ion|e)$/, '')
  const bare = shortened.length < 3 ? word : shortened
  // "running" and "run" have the same stem, but "filling" and "filing" do not.
  return bare.replace(/([bdgmnprt])\1$/, '$1').replace(/y$/, 'i')
}
