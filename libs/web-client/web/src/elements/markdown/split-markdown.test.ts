import { expect, it } from 'vitest'

import { appendMarkdown, emptyMarkdown, growingCode, linkDefinitions } from './split-markdown.ts'

const splitWhole = (text: string) => appendMarkdown(emptyMarkdown, text)

it.each([
  ['paragraphs', 'One\n\nTwo', ['One\n\n'], 'Two'],
  ['code with empty lines', '```ts\na\n\nb\n```\n\nText', ['```ts\na\n\nb\n```\n\n'], 'Text'],
  ['open code', 'Text\n\n~~~\na\n\nb', ['Text\n\n'], '~~~\na\n\nb'],
  ['a longer fence', '````\n```\n\n```\n````\n\nText', ['````\n```\n\n```\n````\n\n'], 'Text'],
  ['a loose list', '- a\n\n- b\n\n  c\n\nText', ['- a\n\n- b\n\n  c\n\n'], 'Text'],
  ['an item that may follow', '1. a\n\n2', [], '1. a\n\n2'],
  [
    'code in a list',
    '- a\n  ```\n  x\n\n  y\n  ```\n\nText',
    ['- a\n  ```\n  x\n\n  y\n  ```\n\n'],
    'Text',
  ],
  ['a table', '| a |\n| - |\n| 1 |\n\nText', ['| a |\n| - |\n| 1 |\n\n'], 'Text'],
  ['empty lines first', '\n\nOne\n\nTwo', ['\n\nOne\n\n'], 'Two'],
])('splits %s', (_name, text, blocks, rest) => {
  expect(splitWhole(text)).toEqual({ blocks, rest })
})

it('returns the same blocks however the text is cut, and keeps finished ones', () => {
  const text =
    'One\n\n- a\n\n- b\n\n1. c\n\nText `x`\n\n```js\n\nlet x\n```\n\n> q\n\n# End\n\nLast one'
  const whole = splitWhole(text)
  for (const size of [1, 2, 3, 5, 7, 11]) {
    let split = emptyMarkdown
    for (let at = 0; at < text.length; at += size) {
      const next = appendMarkdown(split, text.slice(at, at + size))
      expect(next.blocks.slice(0, split.blocks.length)).toEqual(split.blocks)
      split = next
    }
    expect(split.blocks.join('') + split.rest).toBe(text)
    expect(split).toEqual(whole)
  }
})

it('reads code that still grows', () => {
  expect(growingCode('```ts title\nlet x\n')).toEqual({ language: 'ts', code: 'let x\n' })
  expect(growingCode('```ts\nlet x\n```\n')).toBeUndefined()
  expect(growingCode('```ts')).toBeUndefined()
  expect(growingCode('Text\n```\n')).toBeUndefined()
})

it('finds the definitions of links, but not footnotes', () => {
  const text = 'See [a].\n\n[a]: https://example.com "A"\n[^1]: Note\n'
  expect(linkDefinitions(text)).toBe('[a]: https://example.com "A"')
})

it('splits a long list, so that its growing part stays short', () => {
  const list = Array.from({ length: 2_000 }, (_, index) => `- item ${index}\n`).join('')
  const { blocks, rest } = splitWhole(list)
  expect(blocks.join('') + rest).toBe(list)
  expect(blocks.length).toBeGreaterThan(1)
  for (const block of [...blocks, rest]) {
    expect(block.length).toBeLessThan(10_000)
    expect(block).toMatch(/^- item/)
  }
})

it('does not split long code', () => {
  const code = `\`\`\`\n${'x = 1\n'.repeat(5_000)}`
  expect(splitWhole(code)).toEqual({ blocks: [], rest: code })
})
