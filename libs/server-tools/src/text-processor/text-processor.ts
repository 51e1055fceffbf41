import { defineTool } from '@mcp/server'

import { toLowerCase, toTitleCase, toUpperCase } from './case.ts'
import { count } from './count.ts'
import { diff } from './diff.ts'
import { decode, encode } from './encode.ts'
import { extract } from './extract.ts'
import { hash } from './hash.ts'
import { join } from './join.ts'
import { dedupeLines, sortLines } from './lines.ts'
import { replace } from './replace.ts'
import { reverse, trim, truncate } from './shape.ts'
import { similarity } from './similarity.ts'
import { slugify } from './slugify.ts'
import { split } from './split.ts'
import { wordFrequency } from './word-frequency.ts'

/** Works on texts: case, counting, patterns, lines, encodings, digests, comparison. */
export const textProcessor = defineTool({
  name: 'textProcessor',
  title: 'Text processor',
  description: 'Case, counting, search and replace, lines, encodings, hashes and comparison.',
  operations: {
    toUpperCase,
    toLowerCase,
    toTitleCase,
    trim,
    reverse,
    count,
    replace,
    extract,
    split,
    join,
    sortLines,
    dedupeLines,
    truncate,
    slugify,
    encode,
    decode,
    hash,
    diff,
    wordFrequency,
    similarity,
  },
})
