import { expect, it } from 'vitest'

import type { FilteredText } from './thinking-filter.ts'
import { createThinkingFilter, withoutUnopenedThinking } from './thinking-filter.ts'

function filtered(pieces: readonly string[], isCutOff = false): FilteredText {
  const filter = createThinkingFilter()
  const parts = [...pieces.map((piece) => filter.add(piece)), filter.end(isCutOff)]
  return {
    text: parts.map(({ text }) => text).join(''),
    reasoning: parts.map(({ reasoning }) => reasoning).join(''),
  }
}

const cases = [
  ['<think>secret</think>\n\nHello', 'Hello', 'secret'],
  ['\n<think>a < b</think><think>c</think> Hello', 'Hello', 'a < bc'],
  ['<thinking>secret</thinking>Hello', 'Hello', 'secret'],
  ['<seed:think>secret</seed:think>Hello', 'Hello', 'secret'],
  ['<think></thinking></think>Hello', 'Hello', '</thinking>'],
  ['<think>secret</think>', '', 'secret'],
  ['<table>', '<table>', ''],
  ['  Hello <think>x</think>', '  Hello <think>x</think>', ''],
  ['<', '<', ''],
  ['', '', ''],
] as const

it.each(cases)('separates %j, however it is split', (written, text, reasoning) => {
  expect(filtered([written])).toEqual({ text, reasoning })
  expect(filtered(Array.from(written))).toEqual({ text, reasoning })
  for (let at = 1; at < written.length; at++) {
    expect(filtered([written.slice(0, at), written.slice(at)])).toEqual({ text, reasoning })
  }
})

it('returns the reasoning of a block that was cut off', () => {
  const reasoning = 'some words of reasoning '.repeat(20)
  expect(filtered(Array.from(`<think>${reasoning}`), true)).toEqual({ text: '', reasoning })
})

it('returns a block without an end as text', () => {
  const text = `<think>${'is a tag. '.repeat(20)}`
  expect(filtered(Array.from(text)).text).toBe(text)
})

it('returns text and reasoning as soon as they are known', () => {
  const filter = createThinkingFilter()
  expect(filter.add('<think>a</think>\n')).toEqual({ text: '', reasoning: 'a' })
  expect(filter.add('Hel')).toEqual({ text: 'Hel', reasoning: '' })
  expect(filter.add(' <think>')).toEqual({ text: ' <think>', reasoning: '' })
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
