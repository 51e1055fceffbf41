/** The module exports nothing: it is imported for its effect. */
export type Exports = never
