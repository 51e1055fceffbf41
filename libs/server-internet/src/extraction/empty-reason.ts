/** Reason for empty content. */
export type EmptyReason =
  | 'empty-answer'
  | 'needs-javascript'
  | 'selector-matched-nothing'
  | 'no-links'
  | 'no-text'

/** The sentence for the `note` of the result, by reason. */
export const emptyNotes: Readonly<Record<EmptyReason, string>> = {
  'empty-answer': 'The response is empty.',
  'needs-javascript': 'The page is empty without JavaScript, which is not executed.',
  'selector-matched-nothing': 'Nothing on the page matches the selector.',
  'no-links': 'The requested part contains no links.',
  'no-text': 'The requested part contains no text.',
}
