/** Why there is no content. */
export type EmptyReason =
  | 'empty-answer'
  | 'needs-javascript'
  | 'selector-matched-nothing'
  | 'no-links'
  | 'no-text'

/** The same in a sentence. */
export const emptyNotes: Readonly<Record<EmptyReason, string>> = {
  'empty-answer': 'The answer has no content at all.',
  'needs-javascript': 'The page shows nothing without JavaScript, which is not run here.',
  'selector-matched-nothing': 'Nothing on the page matches the selector.',
  'no-links': 'What was asked for links to nowhere.',
  'no-text': 'What was asked for holds no text.',
}
