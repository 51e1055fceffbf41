import type { LexicalRules } from './lexer.ts'

export const sqliteLexicalRules: LexicalRules = {
  space: /[ \t\n\f\r]+/y,
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
    ['parameter', /\?\d*|[@:#$][\w$\u0080-\uffff]+/y],
    ['number', /\d[\w.]*|\.\d[\w]*/y],
    ['word', /[\w$\u0080-\uffff]+/y],
  ],
}
