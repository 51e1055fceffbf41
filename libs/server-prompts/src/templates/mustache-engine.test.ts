import fc from 'fast-check'
import Mustache from 'mustache'
import { describe, expect, it } from 'vitest'

import { mustacheEngine } from './mustache-engine.ts'
import { createRenderBudget } from './render-budget.ts'
import type { TemplateView } from './template-engine.ts'

function render(template: string, view: TemplateView = {}, maxLength = 100_000): string {
  return mustacheEngine.compile(template).render(view, createRenderBudget(maxLength))
}

describe('mustache', () => {
  it('renders values without HTML escaping', () => {
    expect(render('{{x}} {{{x}}} {{&x}}', { x: '<a & "b">' })).toBe('<a & "b"> <a & "b"> <a & "b">')
  })

  it('repeats a section for each item, and renders an inverted one if there are none', () => {
    const template = '{{#items}}[{{name}}]{{/items}}{{^items}}none{{/items}}'
    expect(render(template, { items: [{ name: 'a' }, { name: 'b' }] })).toBe('[a][b]')
    expect(render(template, { items: [] })).toBe('none')
  })

  it('resolves outer names in a section, and fields by dots', () => {
    const view = { user: { name: 'Ann' }, tags: ['x', 'y'] }
    expect(render('{{#tags}}{{.}}:{{user.name}} {{/tags}}{{tags.0}}', view)).toBe('x:Ann y:Ann x')
  })

  it('removes lines that contain only tags', () => {
    expect(render('a\n{{#x}}\nb\n{{/x}}\n{{! why }}\nc', { x: true })).toBe('a\nb\nc')
  })

  it('renders lists and objects as JSON', () => {
    expect(render('{{x}}', { x: { a: [1] } })).toBe('{\n  "a": [\n    1\n  ]\n}')
  })

  it('allows an item without the field of a section', () => {
    expect(render('{{#items}}{{#note}}{{note}}{{/note}}.{{/items}}', { items: [{}, {}] })).toBe(
      '..',
    )
  })

  it('renders an omitted argument as empty text', () => {
    expect(render('[{{x}}]{{#x}}never{{/x}}', { x: null })).toBe('[]')
  })

  it.each([
    ['a\n  {{name}}', 'name', 2, 3],
    ['{{user.name}}', 'user.name', 1, 1],
    ['{{#list}}x{{/list}}', 'list', 1, 1],
    ['{{#user.list}}x{{/user.list}}', 'user.list', 1, 1],
  ])('reports for %j the missing %s and its position', (template, argument, line, column) => {
    expect(() => render(template)).toThrow(
      expect.objectContaining({
        code: 'invalid-params',
        details: { reason: 'missing-argument', argument, line, column },
      }),
    )
  })
})

describe('a hostile mustache template', () => {
  it.each(['__proto__', 'constructor', 'toString', 'x.constructor', 'x.__proto__', 'list.length'])(
    'does not reach %s',
    (name) => {
      const view = { x: 'text', list: [1], object: {} }
      expect(() => render(`{{${name}}}`, view)).toThrow(
        expect.objectContaining({
          details: expect.objectContaining({ reason: 'missing-argument' }),
        }),
      )
    },
  )

  it.each([
    ['a partial', 'ok\n{{> /etc/passwd }}', 2, 1],
    ['a parent', '{{< layout }}{{/layout}}', 1, 1],
    ['a block', '{{$block}}{{/block}}', 1, 1],
    ['other delimiters', 'a {{=<% %>=}}', 1, 3],
    ['a tag that never ends', '{{a}}\n {{b', 2, 2],
    ['a section that never ends', 'x{{#a}}\n{{#b}}{{/b}}', 1, 2],
    ['a section that was never opened', '\n\n{{/a}}', 3, 1],
    ['sections that cross', '{{#a}}{{#b}}{{/a}}{{/b}}', 1, 13],
    ['a call', '{{ run() x }}', 1, 1],
    ['no name', '{{ }}', 1, 1],
  ])('is rejected for %s with the position', (_title, template, line, column) => {
    expect(() => mustacheEngine.compile(template)).toThrow(
      expect.objectContaining({ details: { reason: 'template-syntax', line, column } }),
    )
  })

  it('cannot overflow the stack', () => {
    const nested = `${'{{#a}}'.repeat(5_000)}${'{{/a}}'.repeat(5_000)}`
    expect(() => mustacheEngine.compile(nested)).toThrow('nested more than 32 levels')
  })

  it('cannot multiply the work by nesting lists', () => {
    const list = Array.from({ length: 1_000 }, () => true)
    const nested = `${'{{#a}}'.repeat(9)}${'{{/a}}'.repeat(9)}`
    expect(() => render(nested, { a: list })).toThrow('exceeds the maximum of 200000 steps')
  })

  it('cannot exceed the maximum output', () => {
    const view = { a: Array.from({ length: 100 }, () => true), x: 'x'.repeat(1_000) }
    expect(() => render('{{#a}}{{x}}{{/a}}', view, 50_000)).toThrow(
      'exceeds the maximum of 50000 characters',
    )
  })

  it('is parsed in linear time', () => {
    const began = performance.now()
    const hostile = [
      `{{a${' '.repeat(99_990)}`,
      '{{#a}} {{/a}}\n'.repeat(7_000),
      '{'.repeat(99_990),
    ]
    for (const template of hostile)
      expect(() => render(template, { a: false })).not.toThrow(RangeError)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})

const name = fc.constantFrom('a', 'b', 'list', 'flag')
const template = fc.letrec<{ part: string; parts: string }>((tie) => ({
  parts: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('text', '\n', ' ', '\t', ' { ', ' } ', '<&>', 'é', '{{! a comment }}'),
    name.map((each) => `{{${each}}}`),
    name.map((each) => `{{{ ${each} }}}`),
    fc.tuple(name, tie('parts')).map(([each, inner]) => `{{#${each}}}${inner}{{/${each}}}`),
    fc.tuple(name, tie('parts')).map(([each, inner]) => `{{^ ${each} }}${inner}{{/ ${each} }}`),
  ),
}))

it('renders the syntax that both support like mustache.js', () => {
  const view = { a: 'A', b: '', list: ['one', 'two'], flag: true }
  fc.assert(
    fc.property(template.parts, (text) => {
      // Values that are lists or booleans are intentionally rendered differently, so only sections
      // use them here.
      fc.pre(!/\{\{\{? ?(?:list|flag) ?\}/.test(text))
      expect(render(text, view)).toBe(Mustache.render(text, view, {}, { escape: String }))
    }),
    { numRuns: 500 },
  )
})
