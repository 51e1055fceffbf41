import { expect, it } from 'vitest'

import { convert } from './convert.ts'

type Params = Parameters<typeof convert.work>[0]

const options = { delimiter: ',', header: true, typed: true, escapeFormulas: true, root: 'r' }

const run = (data: unknown, from: Params['from'], to: Params['to']) =>
  convert.work({ ...options, data, from, to })

/** Documents with one value, by format. */
const documents = {
  json: (number: string) => `{"id":${number}}`,
  ndjson: (number: string) => `{"id":${number}}\n`,
  csv: (number: string) => `id\n${number}\n`,
  yaml: (number: string) => `id: ${number}\n`,
  xml: (number: string) => `<id>${number}</id>\n`,
  toml: (number: string) => `id = ${number}\n`,
}
const formats = ['json', 'ndjson', 'csv', 'yaml', 'xml', 'toml'] as const
// CSV and NDJSON documents are lists, which TOML cannot contain.
const isList = (format: string): boolean => format === 'csv' || format === 'ndjson'
const pairs = formats.flatMap((from) =>
  formats.filter((to) => !(to === 'toml' && isList(from))).map((to) => [from, to] as const),
)

const wholeNumbers = [
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567',
  '9223372036854775807',
  '-9223372036854775808',
]

// JSON results and formats without types contain text with the digits.
const expectedIn = (from: string, to: (typeof formats)[number], number: string): string => {
  if (to === 'json') return `"id":"${number}"`
  return from === 'csv' || from === 'xml' ? number : documents[to](number).trim()
}

it.each(pairs)('keeps the digits of whole numbers from %s to %s', async (from, to) => {
  for (const number of wholeNumbers) {
    expect(textOf(await run(documents[from](number), from, to))).toContain(
      expectedIn(from, to, number),
    )
  }
})

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

it.each(['yaml', 'json', 'ndjson', 'csv', 'xml'] as const)(
  'keeps the digits of numbers of any size in %s',
  async (from) => {
    for (const number of ['123456789012345678901234567890', '1e400', '-1e400', '1e-400']) {
      const text = JSON.stringify(await run(documents[from](number), from, 'json'))
      expect(text).toContain(`"${number}"`)
    }
  },
)

it.each(pairs)('keeps numbers that a float represents from %s to %s', async (from, to) => {
  for (const number of ['9007199254740992', '0.1', '-2.5', '9007199254740991', '1.5e+300']) {
    const written = textOf(await run(documents[from](number), from, to))
    expect(written).toContain(to === 'json' ? `"id":${number}` : number)
  }
})

it.each([
  ['yaml', '.inf'],
  ['yaml', '-.Inf'],
  ['yaml', '.nan'],
  ['toml', 'inf'],
  ['toml', '-inf'],
  ['toml', 'nan'],
] as const)('refuses %s %s for formats that cannot represent it', async (from, number) => {
  for (const to of ['json', 'ndjson', 'csv', 'xml'] as const) {
    await expect(run(documents[from](number), from, to)).rejects.toMatchObject({
      code: 'invalid-params',
      message: expect.stringMatching(/cannot contain the number (?:-?Infinity|NaN)/),
    })
  }
})

it('keeps infinities between yaml and toml', async () => {
  expect(await run('a = inf\nb = [-inf, nan]\n', 'toml', 'yaml')).toBe(
    'a: .inf\nb:\n  - -.inf\n  - .nan\n',
  )
  expect(await run('a: .inf\nb: [-.inf, .nan]\n', 'yaml', 'toml')).toBe(
    'a = inf\nb = [ -inf, nan ]\n',
  )
})

it.each(['1e400', '-1e1_000', '1e-400', '9007199254740993.0'])(
  'refuses the float %s of toml, but not in strings, comments and keys',
  async (number) => {
    await expect(run(`id = ${number}\n`, 'toml', 'json')).rejects.toMatchObject({
      message: expect.stringContaining(`${number} cannot be kept exactly`),
    })
    const text = `a = "${number}" # ${number}\nb = """\n"${number}\\""""\nc = ['''${number}''', '${number}']\n`
    expect(await run(text, 'toml', 'json')).toEqual({
      a: number,
      b: `"${number}"`,
      c: [number, number],
    })
  },
)

it('tells the header of a table of toml from a nested list', async () => {
  await expect(run('a = [\n  [1e400],\n]\n', 'toml', 'json')).rejects.toMatchObject({
    message: expect.stringContaining('1e400 cannot be kept exactly'),
  })
  const headers = '[1e400]\na = 1\n  [[b.1e400]]\nc = [[1], [2]]\n'
  expect(await run(headers, 'toml', 'json')).toEqual({
    '1e400': { a: 1 },
    b: { '1e400': [{ c: [[1], [2]] }] },
  })
})

it('refuses integers beyond 64 bits for toml', async () => {
  await expect(run('{"n":9223372036854775808}', 'json', 'toml')).rejects.toMatchObject({
    message: expect.stringContaining('9223372036854775808: it exceeds 64 bits'),
  })
})

it('keeps digits in nested values and yaml keys', async () => {
  expect(await run('[{"a":[9007199254740993]}]', 'json', 'csv')).toBe('a\n[9007199254740993]\n')
  expect(await run('9007199254740993: [0x20000000000001]', 'yaml', 'json')).toEqual({
    '9007199254740993': ['9007199254740993'],
  })
})

it.each(formats)('ignores a byte order mark in %s', async (from) => {
  const text = documents[from]('1')
  expect(await run(`\uFEFF${text}`, from, 'json')).toEqual(await run(text, from, 'json'))
})
