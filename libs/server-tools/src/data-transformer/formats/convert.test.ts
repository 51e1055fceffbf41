import fc from 'fast-check'
import { expect, it } from 'vitest'

import { convert } from './convert.ts'

type Params = Parameters<typeof convert.work>[0]

const defaults = {
  delimiter: ',',
  header: true,
  typed: true,
  escapeFormulas: true,
  root: 'root',
} as const

const run = (data: unknown, from: Params['from'], to: Params['to'], more: Partial<Params> = {}) =>
  convert.work({ ...defaults, data, from, to, ...more })

const refusal = (message: string) => ({
  code: 'invalid-params',
  message: expect.stringContaining(message),
  details: { path: ['params', 'data'], reason: 'data-format' },
})

it.each(['ndjson', 'yaml'] as const)('reads the %s that it wrote', async (format) => {
  const rows = fc.array(
    fc.jsonValue({ maxDepth: 3 }).filter((value) => !Object.is(value, -0)),
    {
      minLength: 1,
    },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (data) => {
      const plain: unknown = JSON.parse(JSON.stringify(data))
      expect(await run(await run(plain, 'json', format), format, 'json')).toEqual(plain)
    }),
    { numRuns: 50 },
  )
})

it('reads the csv that it wrote', async () => {
  const row = fc.record({ a: fc.string(), b: fc.integer(), c: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
      const text = await run(rows, 'json', 'csv', { escapeFormulas: false })
      const back = await run(text, 'csv', 'json', { typed: false })
      expect(back).toEqual(rows.map(({ a, b, c }) => ({ a, b: String(b), c: String(c) })))
    }),
    { numRuns: 50 },
  )
})

it.each([
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-x', "'-x"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-5', '-5'],
  ['+3.2', '+3.2'],
  ['a=b', 'a=b'],
])('writes the csv cell %j as %j', async (cell, written) => {
  expect(await run([{ a: cell }], 'json', 'csv')).toBe(`a\n${written}\n`)
})

it('marks formulas in csv column names and after a tab', async () => {
  expect(await run([{ '=x': '\t=1' }], 'json', 'csv')).toBe("'=x\n'\t=1\n")
})

it('converts csv cells only if they can be written again unchanged', async () => {
  const text = 'id,zip,n,b,e\n12345678901234567890,00123,-1.5,true,\n'
  expect(await run(text, 'csv', 'json')).toEqual([
    { id: '12345678901234567890', zip: '00123', n: -1.5, b: true, e: '' },
  ])
})

it('keeps csv columns with unusual or equal names', async () => {
  const rows = await run('__proto__,constructor,a,a\n1,2,3,4\n', 'csv', 'json')
  expect(JSON.stringify(rows)).toBe('[{"__proto__":1,"constructor":2,"a":3,"a_2":4}]')
})

it('writes rows of different shape, nested values and lists of lists as csv', async () => {
  expect(await run([{ a: 1 }, { b: { c: [1] } }], 'json', 'csv')).toBe('a,b\n1,\n,"{""c"":[1]}"\n')
  expect(
    await run(
      [
        [1, 'x'],
        [2, null],
      ],
      'json',
      'csv',
    ),
  ).toBe('1,x\n2,\n')
  expect(await run('a;b\n1;2', 'csv', 'json', { delimiter: ';', header: false })).toEqual([
    ['a', 'b'],
    [1, 2],
  ])
})

it.each([
  ['a,b\n1\n', 'csv', 'Invalid Record Length'],
  ['a\n"1', 'csv', 'Quote Not Closed'],
  ['a: [1', 'yaml', 'at line 1'],
  ['a: 1\na: 2', 'yaml', 'unique'],
  [`a: ${'['.repeat(5_000)}`, 'yaml', 'nests too deep'],
  ['a =', 'toml', 'invalid value'],
  ['<a><b></a>', 'xml', 'line 1: unexpected close tag'],
  ['<a>\n<b>', 'xml', 'line 2: unclosed tag: b'],
  ['<a/><b/>', 'xml', 'line 1: documents may contain only one root'],
  ['<a/>text', 'xml', 'line 1'],
  ['<a b="1" b="2"/>', 'xml', 'duplicate attribute: b'],
  ['<a>&custom;</a>', 'xml', 'undefined entity'],
  [`${'<a>'.repeat(2_000)}${'</a>'.repeat(2_000)}`, 'xml', 'nested'],
  ['nothing', 'xml', 'line 1'],
  ['{"a":', 'json', 'it is not valid JSON'],
  ['{"a" 1}', 'json', 'it is not valid JSON at character 5'],
  ['{"a":1}\n{', 'ndjson', 'line 2 is not valid JSON'],
  [5, 'yaml', 'it is not a string'],
] as const)('reports why %.20j is not valid %s', async (data, from, message) => {
  await expect(run(data, from, 'json')).rejects.toMatchObject(refusal(message))
})

it('refuses yaml with exponentially growing aliases', async () => {
  const bomb = Array.from({ length: 9 }, (_, level) =>
    level === 0
      ? 'l0: &l0 [x,x,x,x,x,x,x,x,x]'
      : `l${level}: &l${level} [${Array(9)
          .fill(`*l${level - 1}`)
          .join()}]`,
  ).join('\n')
  await expect(run(bomb, 'yaml', 'json')).rejects.toMatchObject(refusal('alias'))
})

it('refuses yaml that contains itself, and says so', async () => {
  await expect(run('&a [1, *a]', 'yaml', 'json')).rejects.toMatchObject({
    code: 'payload-too-large',
    message: 'The data nests deeper than 128 levels, or contains itself.',
  })
})

it.each([
  '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
  '<?xml version="1.0"?><!-- a --><!DOCTYPE html><a/>',
])('refuses the xml %s', async (text) => {
  await expect(run(text, 'xml', 'json')).rejects.toMatchObject({
    code: 'forbidden',
    details: { reason: 'xml-doctype' },
  })
})

it('decodes the predefined entities of xml, except in CDATA sections', async () => {
  const text = '<a b="&quot;1&quot;">&lt;x&gt; &amp;amp; &#65;<![CDATA[&lt;]]></a>'
  expect(await run(text, 'xml', 'json')).toEqual({
    a: { '#text': '<x> &amp; A&lt;', '@b': '"1"' },
  })
})

it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype', 'valueOf'])(
  'reads the name %s as an ordinary key in every format',
  async (name) => {
    const text = `{"r":{"${name}":"x"}}`
    const data: unknown = JSON.parse(text)
    for (const format of ['json', 'yaml', 'toml', 'xml'] as const) {
      const written = format === 'json' ? text : await run(data, 'json', format)
      expect(JSON.stringify(await run(written, format, 'json'))).toBe(text)
    }
    expect(await run(`<r ${name}="x"/>`, 'xml', 'json')).toEqual({ r: { [`@${name}`]: 'x' } })
    const rows = await run(`${name}\nx\n`, 'csv', 'json')
    expect(JSON.stringify(rows)).toBe(`[{"${name}":"x"}]`)
  },
)

it('writes well-formed xml for any keys and texts', async () => {
  const data = { 'First Name': 'A & <B>', 'x><script': null, '1st': true, list: [1, [2, 3]] }
  const text = await run(data, 'json', 'xml')
  expect(await run(text, 'xml', 'json')).toEqual({
    root: {
      First_Name: 'A & <B>',
      x__script: '',
      _1st: true,
      list: [1, { item: [2, 3] }],
    },
  })
  await expect(run({ 'a b': 1, a_b: 2 }, 'json', 'xml')).rejects.toMatchObject(refusal('a_b'))
})

it('converts dates, large integers and bytes to JSON values', async () => {
  expect(await run('a = 1979-05-27T07:32:00Z\nb = 9223372036854775807', 'toml', 'json')).toEqual({
    a: '1979-05-27T07:32:00.000Z',
    b: '9223372036854775807',
  })
  expect(await run('a: !!binary aGk=', 'yaml', 'json')).toEqual({ a: 'aGk=' })
})

it('reads the documents of a yaml stream as a list', async () => {
  expect(await run('a: 1\n---\nb: 2\n', 'yaml', 'json')).toEqual([{ a: 1 }, { b: 2 }])
})

it.each([
  [[1], 'a TOML document must be an object'],
  [{ a: [1, null] }, 'null'],
  [{ a: { b: null } }, 'null'],
  [{ a: '\uD800' }, 'surrogate'],
])('reports why %j cannot be written as toml', async (data, message) => {
  await expect(run(data, 'json', 'toml')).rejects.toMatchObject(refusal(message))
})

it('does not pollute a prototype with the keys of any format', async () => {
  await run('__proto__: {polluted: 1}', 'yaml', 'json')
  await run('[__proto__]\npolluted = 1', 'toml', 'json')
  await run('{"__proto__": {"polluted": 1}}', 'json', 'yaml')
  await run('{"constructor": {"prototype": {"polluted": 1}}}', 'ndjson', 'xml')
  expect({}).not.toHaveProperty('polluted')
})
