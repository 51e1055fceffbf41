import { applyPatch } from 'diff'
import { expect, it } from 'vitest'

import { unifiedDiff } from './unified-diff.ts'

/** Lines that are nowhere else, so many that to compare them takes too long. */
const lines = (word: string) => Array.from({ length: 30_000 }, (_, index) => `${word} ${index}`)

it.each([
  ['a few lines', 'a\nb\nc\n', 'a\nB\nc'],
  ['texts with nothing in common', `${lines('old').join('\n')}\n`, `${lines('new').join('\n')}\n`],
  ['ones without a last line break', lines('old').join('\n'), lines('new').join('\n')],
])('leads from the one to the other: %s', async (_, before, after) => {
  const diff = await unifiedDiff('list.txt', before, after)
  expect(diff.slice(0, 30)).toMatch(/^--- list\.txt\n\+\+\+ list\.txt\n/)
  expect(applyPatch(before, diff) === after).toBe(true)
})

it('is nothing for one and the same text', async () => {
  expect(await unifiedDiff('list.txt', 'a', 'a')).toBe('')
})
