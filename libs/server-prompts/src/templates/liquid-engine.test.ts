import { describe, expect, it } from 'vitest'

import { liquidEngine } from './liquid-engine.ts'
import { createRenderBudget } from './render-budget.ts'
import type { TemplateView } from './template-engine.ts'

function render(template: string, view: TemplateView = {}, maxLength = 100_000): string {
  return liquidEngine.compile(template).render(view, createRenderBudget(maxLength))
}

const withReason = (reason: string) =>
  expect.objectContaining({ details: expect.objectContaining({ reason }) })

describe('liquid', () => {
  it('renders values, filters, conditions and loops without HTML escaping', () => {
    const template =
      '{{ x | upcase }}{% if x == "<b>" %}!{% endif %}{% for i in list %}{{ i }},{% endfor %}'
    expect(render(template, { x: '<b>', list: [1, 2] })).toBe('<B>!1,2,')
  })

  it('lists the arguments that it uses, without its own variables', () => {
    const template = '{% assign own = x %}{% for item in list %}{{ item.y }}{{ own }}{% endfor %}'
    expect(liquidEngine.compile(template).variables.toSorted()).toEqual(['list', 'x'])
  })

  it('reports the missing argument and its position', () => {
    expect(() => render('a\n{{ user.name }}', { user: {} })).toThrow(
      expect.objectContaining({
        message: 'line 2, column 4: "user.name" is used but has no value',
        details: { reason: 'missing-argument', argument: 'user.name', line: 2, column: 4 },
      }),
    )
  })
})

describe('a hostile liquid template', () => {
  it.each([
    '__proto__',
    'constructor',
    'x.constructor',
    'x.__proto__.polluted',
    'list.map',
    'toString',
  ])('cannot access %s', (path) => {
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
  ])('is rejected for %j with the position', (template, line, column) => {
    expect(() => liquidEngine.compile(template)).toThrow(
      expect.objectContaining({
        code: 'invalid-params',
        details: { reason: 'template-syntax', line, column },
      }),
    )
  })

  it.each([
    ['endless loops', '{% for i in (1..100000000) %}a{% endfor %}'],
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
  ])('is stopped for %s', (_title, template) => {
    expect(() => render(template)).toThrow(withReason('render-limit'))
  })

  it('is rejected if it is too long', () => {
    expect(() => liquidEngine.compile('x'.repeat(1_000_001))).toThrow(withReason('render-limit'))
  })

  it('cannot overflow the stack', () => {
    const nested = `${'{% if x %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`
    expect(() => render(nested, { x: true })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/invalid-params|payload-too-large/) }),
    )
  })

  it('does not affect the next template', () => {
    expect(() => render('{% assign x = 1 %}{{ x | nope }}')).toThrow(withReason('template-syntax'))
    expect(() => render('{{ x }}')).toThrow(withReason('missing-argument'))
  })
})
