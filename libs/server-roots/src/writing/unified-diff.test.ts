import { applyPatch } from 'diff'
import { expect, it } from 'vitest'

import { unifiedDiff } from './unified-diff.ts'

/** Returns unique lines, so many that comparing them takes too long. */
const lines = (word: string) => Array.from({ length: 30_000 }, (_, index) => `${word} ${index}`)

it.each([
  ['a few lines', 'a\nb\nc\n', 'a\nB\nc', '@@ -1,3 +1,3 @@'],
  [
    'texts with nothing in common',
    `${lines('old').join('\n')}\n`,
    `${lines('new').join('\n')}\n`,
    '@@ -1,30000 +1,30000 @@',
  ],
  [
    'ones without a last line break',
    lines('old').join('\n'),
    lines('new').join('\n'),
    '@@ -1,30000 +1,30000 @@',
  ],
])('transforms one text into the other: %s', async (_, before, after, range) => {
  const diff = await unifiedDiff('list.txt', before, after)
  expect(diff.split('\n').slice(0, 3)).toEqual(['--- list.txt', '+++ list.txt', range])
  expect(diff.includes('\\ No newline at end of file')).toBe(!after.endsWith('\n'))
  expect(applyPatch(before, diff) === after).toBe(true)
})

it('is empty for identical texts', async () => {
  expect(await unifiedDiff('list.txt', 'a', 'a')).toBe('')
})
