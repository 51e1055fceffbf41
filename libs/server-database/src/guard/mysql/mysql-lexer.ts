import type { LexicalRules } from '../lexer.ts'

/** MySQL and MariaDB, with the `sql_mode` that the engine sets: no ANSI_QUOTES, backslashes escape. */
export const mysqlLexicalRules: LexicalRules = {
  space: /[ \t\n\v\f\r]+/y,
  // Two dashes start a comment only before a space, a control character or the end.
  // oxlint-disable-next-line no-control-regex
  lineComment: /#|--(?=[\x01-\x20\x7f]|$)/y,
  activeComment: /\/\*(?:M?!|\+)/y,
  openCommentEnds: false,
  quotes: new Map([
    ["'", { close: "'", kind: 'string' }],
    ['"', { close: '"', kind: 'string' }],
    ['`', { close: '`', kind: 'quoted' }],
  ]),
  backslashes: true,
  tokens: [
    ['variable', /@@?[\w$.\u0080-\uffff]*/y],
    [
      'number',
      /\d+\.\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\d+e[+-]\d+|(?:\d+|0x[\da-f]+)(?![\w$\u0080-\uffff])/iy,
    ],
    ['word', /[\w$\u0080-\uffff]+/y],
    ['parameter', /\?/y],
    ['symbol', /:=/y],
  ],
}
