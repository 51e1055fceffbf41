import { describe, expect, it } from 'vitest'

import { liquidEngine } from './liquid-engine.ts'
import { createOutputBudget } from './output-budget.ts'
import type { TemplateView } from './template-engine.ts'

function render(template: string, view: TemplateView = {}, maxLength = 100_000): string {
  return liquidEngine.compile(template).render(view, createOutputBudget(maxLength))
}

const withReason = (reason: string) =>
  expect.objectContaining({ details: expect.objectContaining({ reason }) })

describe('liquid', () => {
  it('fills in values with filters, conditions and loops, and escapes nothing for HTML', () => {
    const template =
      '{{ x | upcase }}{% if x == "<b>" %}!{% endif %}{% for i in list %}{{ i }},{% endfor %}'
    expect(render(template, { x: '<b>', list: [1, 2] })).toBe('<B>!1,2,')
  })

  it('names what it needs from outside, and not what it makes itself', () => {
    const template = '{% assign own = x %}{% for item in list %}{{ item.y }}{{ own }}{% endfor %}'
    expect(liquidEngine.compile(template).variables.toSorted()).toEqual(['list', 'x'])
  })

  it('says what is missing, and where', () => {
    expect(() => render('a\n{{ user.name }}', { user: {} })).toThrow(
      expect.objectContaining({
        message: 'line 2, column 4: "user.name" is used here and was not given',
        details: { reason: 'missing-argument', argument: 'user.name', line: 2, column: 4 },
      }),
    )
  })
})

describe('a liquid template that is an attack', () => {
  it.each([
    '__proto__',
    'constructor',
    'x.constructor',
    'x.__proto__.polluted',
    'list.map',
    'toString',
  ])('does not reach %s', (path) => {
    const view = { x: 'text', list: [1] }
    expect(() => render(`{{ ${path} }}`, view)).toThrow(withReason('missing-argument'))
  })

  it.each([
    ['{% include "a" %}', 1, 1],
    ['\n{% render "../../etc/passwd" %}', 2, 1],
    ['{% layout "a" %}', 1, 1],
    ['{% block a %}{% endblock %}', 1, 1],
    ['a\n {% if x %}', 2, 2],
    ['{{ x | nope }}', 1, 1],
    ['{% nope %}', 1, 1],
    ['a {{ x', 1, 3],
  ])('is refused for %j, with its place', (template, line, column) => {
    expect(() => liquidEngine.compile(template)).toThrow(
      expect.objectContaining({
        code: 'invalid-params',
        details: { reason: 'template-syntax', line, column },
      }),
    )
  })

  it.each([
    ['loops without end', '{% for i in (1..100000000) %}a{% endfor %}'],
    ['nested loops', `${'{% for i in (1..999) %}'.repeat(5)}x${'{% endfor %}'.repeat(5)}`],
    [
      'texts that double',
      '{% assign s = "aaaaaaaa" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}',
    ],
    [
      'replacements that multiply',
      '{% assign s = "aaaaaaaa" %}{% for i in (1..9) %}{% assign s = s | replace: "a", "aaaaaaaaaa" %}{% endfor %}{{ s }}',
    ],
    [
      'lists that double',
      '{% assign l = "a,b" | split: "," %}{% for i in (1..60) %}{% assign l = l | concat: l %}{% endfor %}',
    ],
    ['a date of endless width', '{{ "now" | date: "%99999999999Y" }}'],
  ])('is stopped for %s', (_what, template) => {
    expect(() => render(template)).toThrow(withReason('render-limit'))
  })

  it('is refused for its length', () => {
    expect(() => liquidEngine.compile('x'.repeat(1_000_001))).toThrow(withReason('render-limit'))
  })

  it('cannot nest without end', () => {
    const nested = `${'{% if x %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`
    expect(() => render(nested, { x: true })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/invalid-params|payload-too-large/) }),
    )
  })

  it('leaves nothing behind for the next one', () => {
    expect(() => render('{% assign x = 1 %}{{ x | nope }}')).toThrow(withReason('template-syntax'))
    expect(() => render('{{ x }}')).toThrow(withReason('missing-argument'))
  })
})
