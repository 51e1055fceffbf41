import { expect, it } from 'vitest'

import { createThinkingFilter, withoutUnopenedThinking } from './thinking-filter.ts'

function filtered(pieces: readonly string[], isCutOff = false): string {
  const filter = createThinkingFilter()
  return pieces.map((piece) => filter.add(piece)).join('') + filter.end(isCutOff)
}

const cases = [
  ['<think>secret</think>\n\nHello', 'Hello'],
  ['\n<think>a < b</think><think>c</think> Hello', 'Hello'],
  ['<thinking>secret</thinking>Hello', 'Hello'],
  ['<seed:think>secret</seed:think>Hello', 'Hello'],
  ['<think></thinking></think>Hello', 'Hello'],
  ['<think>secret</think>', ''],
  ['<table>', '<table>'],
  ['  Hello <think>x</think>', '  Hello <think>x</think>'],
  ['<', '<'],
  ['', ''],
] as const

it.each(cases)('filters %j, however it is split', (text, expected) => {
  expect(filtered([text])).toBe(expected)
  expect(filtered(Array.from(text))).toBe(expected)
  for (let at = 1; at < text.length; at++) {
    expect(filtered([text.slice(0, at), text.slice(at)])).toBe(expected)
  }
})

it('returns a block without an end, unless the response was cut off', () => {
  const text = `<think>${'is a tag. '.repeat(20)}`
  expect(filtered(Array.from(text))).toBe(text)
  expect(filtered(Array.from(text), true)).toBe('')
})

it('returns the text as soon as it is known', () => {
  const filter = createThinkingFilter()
  expect(filter.add('<think>a</think>\n')).toBe('')
  expect(filter.add('Hel')).toBe('Hel')
  expect(filter.add(' <think>')).toBe(' <think>')
})

it.each([
  ['secret\n</think>\n\nHello', 'Hello'],
  ['</think>\nHello', 'Hello'],
  ['secret\n</think>', ''],
  ['Close it with </think> at the end.', 'Close it with </think> at the end.'],
  ['<think>\nx\n</think>\ny', '<think>\nx\n</think>\ny'],
])('removes reasoning without its start from %j', (text, expected) => {
  expect(withoutUnopenedThinking(text)).toBe(expected)
})

it('takes linear time for long reasoning', () => {
  const duration = (count: number): number => {
    const filter = createThinkingFilter()
    const start = process.cpuUsage()
    filter.add('<think>')
    for (let i = 0; i < count; i++) filter.add('some words of reasoning ')
    filter.end(true)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  duration(2_000)
  expect(duration(100_000)).toBeLessThan(20 * duration(20_000) + 50_000)
})
