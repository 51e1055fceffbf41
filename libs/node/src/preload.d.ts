/** What can be taken from it: nothing. Importing it is what does the work. */
export type Exports = never
