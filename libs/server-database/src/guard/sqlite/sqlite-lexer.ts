import type { LexicalRules } from '../lexer.ts'

export const sqliteLexicalRules: LexicalRules = {
  // A byte order mark before a word is white space. Within a word it is a letter.
  space: /[ \t\n\v\f\r\ufeff]+/y,
  lineComment: /--/y,
  openCommentEnds: true,
  quotes: new Map([
    ["'", { close: "'", kind: 'string' }],
    ['"', { close: '"', kind: 'quoted' }],
    ['`', { close: '`', kind: 'quoted' }],
    ['[', { close: ']', kind: 'quoted' }],
  ]),
  backslashes: false,
  tokens: [
    // `$name::more(anything)` is one parameter. Quotes have no meaning within its parentheses.
    ['parameter', /\?\d*|[@:#$](?:[\w$\u0080-\uffff]|::)+(?:\([^) \t\n\v\f\r]*\)?)?/y],
    ['number', /\d[\w.]*|\.\d[\w]*/y],
    ['word', /[\w$\u0080-\uffff]+/y],
  ],
}
