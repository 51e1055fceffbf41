import type { LexicalRules } from '../lexer.ts'

// Digits followed by other characters of a name are not a number but a name, except `1e1`. `0b12` and `0X1`
// are names too.
const number =
  /\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|(?:\d+|0x[\da-fA-F]+|0b[01]+)(?![\w$\u0080-\uffff])/y

/** Rules for the `sql_mode` that the engine sets: without ANSI_QUOTES and with backslash escapes. */
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
    ['number', number],
    ['word', /[\w$\u0080-\uffff]+/y],
    ['parameter', /\?/y],
    ['symbol', /:=/y],
  ],
  ambiguous: [
    // Servers read `1e1INTO` as a number and a keyword. Some versions skip the `1.e` of `1.e(…)`.
    [
      // The reference to the group prevents a match of only a part of the number.
      new RegExp(`(?=(${number.source}))\\1[\\w$.\\u0080-\\uffff]`, 'y'),
      'Write a space after the number.',
    ],
    // In `t.1a`, servers read the name `1a`. After a quoted name, they read the number `.1`.
    [/(?<=[\w$\u0080-\uffff`'"])\.\d/y, 'Quote names that start with a digit, as in t.`1`.'],
    // MariaDB reads `\NINTO` as NULL and a keyword. MySQL 8 reports an error.
    [/\\/y, 'Write NULL instead of \\N.'],
    // MySQL 9 reads `$a$ … $a$` as a string.
    [/\$/y, 'Quote names that start with "$".'],
  ],
}
