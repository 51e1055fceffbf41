import { defineTool } from '@mcp/server'

import { diff } from './comparison/diff.ts'
import { similarity } from './comparison/similarity.ts'
import { count } from './counts/count.ts'
import { wordFrequency } from './counts/word-frequency.ts'
import { decode, encode } from './encodings/encode.ts'
import { hash } from './encodings/hash.ts'
import { toLowerCase, toTitleCase, toUpperCase } from './formatting/case.ts'
import { reverse } from './formatting/reverse.ts'
import { slugify } from './formatting/slugify.ts'
import { trim } from './formatting/trim.ts'
import { truncate } from './formatting/truncate.ts'
import { join } from './parts/join.ts'
import { dedupeLines, sortLines } from './parts/lines.ts'
import { split } from './parts/split.ts'
import { extract } from './patterns/extract.ts'
import { replace } from './patterns/replace.ts'

/** The text processor. The imported files declare its operations. */
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
