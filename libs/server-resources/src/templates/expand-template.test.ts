import { expect, it } from 'vitest'

import { expandTemplate } from './expand-template.ts'

// The variables of RFC 6570, section 3.2, and some of its examples.
const variables = {
  count: ['one', 'two', 'three'],
  dom: ['example', 'com'],
  hello: 'Hello World!',
  half: '50%',
  var: 'value',
  who: 'fred',
  base: 'http://example.com/home/',
  path: '/foo/bar',
  list: ['red', 'green', 'blue'],
  keys: { semi: ';', dot: '.', comma: ',' },
  v: '6',
  x: '1024',
  y: '768',
  empty: '',
}

it.each([
  ['{hello}', 'Hello%20World%21'],
  ['{half}', '50%25'],
  ['O{undef}X', 'OX'],
  ['{x,hello,y}', '1024,Hello%20World%21,768'],
  ['{var:3}', 'val'],
  ['{list*}', 'red,green,blue'],
  ['{keys*}', 'semi=%3B,dot=.,comma=%2C'],
  ['{+base}index', 'http://example.com/home/index'],
  ['{#path,x}here', '#/foo/bar,1024here'],
  ['www{.dom*}', 'www.example.com'],
  ['{/var,x}/here', '/value/1024/here'],
  ['{;v,empty,who}', ';v=6;empty;who=fred'],
  ['{?x,y,empty}', '?x=1024&y=768&empty='],
  ['{?list*}', '?list=red&list=green&list=blue'],
  ['?fixed=yes{&x}', '?fixed=yes&x=1024'],
])('expands %s to %s', async (template, uri) => {
  expect(await expandTemplate(template, variables)).toBe(uri)
})

it.each(['{', '}', 'a{b', '{}', '{a b}', '{a:0}', '{a:12345}', '{=a}', '{a,,b}', '{a*:3}'])(
  'rejects %j',
  async (template) => {
    await expect(expandTemplate(template, {})).rejects.toMatchObject({
      code: 'invalid-params',
      details: { reason: 'template-syntax' },
    })
  },
)

it('ignores inherited properties of the variables', async () => {
  expect(await expandTemplate('x:{constructor}{toString}{__proto__}', {})).toBe('x:')
})

it('rejects values that a URI cannot contain', async () => {
  await expect(expandTemplate('x:{a}', { a: '\uD800' })).rejects.toThrow('not well-formed Unicode')
  await expect(expandTemplate('x:{a}', { a: 'x'.repeat(9000) })).rejects.toThrow('longer than')
})
