import type { LexicalRules } from '../lexer.ts'

export const sqliteLexicalRules: LexicalRules = {
  // A byte order mark in front of a word is white space, too; within one it is a letter.
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
    // `$name::more(anything)` is one, whatever is in the parentheses; quotes mean nothing there.
    ['parameter', /\?\d*|[@:#$](?:[\w$\u0080-\uffff]|::)+(?:\([^) \t\n\v\f\r]*\)?)?/y],
    ['number', /\d[\w.]*|\.\d[\w]*/y],
    ['word', /[\w$\u0080-\uffff]+/y],
  ],
}
