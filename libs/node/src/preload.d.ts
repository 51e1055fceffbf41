/** The module exports nothing. It is imported for its side effects. */
export type Exports = never
