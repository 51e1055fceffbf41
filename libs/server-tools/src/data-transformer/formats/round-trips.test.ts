import { isRecord } from '@mcp/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { convert } from './convert.ts'

type Params = Parameters<typeof convert.work>[0]
type Format = Params['from']

const numRuns = Number(process.env['ROUND_TRIPS'] ?? 1_000)
const timeoutMs = 20_000 + 20 * numRuns

const options = { delimiter: ',', header: true, escapeFormulas: false, root: 'root' }

const run = async (data: unknown, from: Format, to: Format, typed: boolean): Promise<unknown> =>
  convert.work({ ...options, data, from, to, typed })

/** Converts a value to a format and back. Returns undefined if the format refuses the value. */
async function roundTrip(value: unknown, format: Format, typed = true): Promise<unknown> {
  // The value is passed as text, because a caller's numbers may exceed those of JavaScript.
  const written = await run(JSON.stringify(value), 'json', format, typed).catch(() => undefined)
  return written === undefined ? undefined : run(written, format, 'json', typed)
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.stringMatching(/^[ \t\r\n'"\\:#&*<>=,;|\-{}[\]\u0085\u2028\uFEFF!%@`?~a]{0,8}$/),
  fc.constantFrom('no', 'null', '1', '0x1', '1e400', '2001-01-01', '<<', '=', '---', '...', 'true'),
)
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
)
// After a key with a backslash, JSON.parse of V8 reads some escaped keys as that key: nodejs/node issue 63785.
const hasNoBackslash = (name: string) => !name.includes('\\')
const key = fc
  .oneof(text, fc.constantFrom('__proto__', 'constructor', 'a.b', 'y'))
  .filter(hasNoBackslash)

const tree = (scalar: fc.Arbitrary<unknown>, name: fc.Arbitrary<string>, minItems = 0) =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      scalar,
      fc.array(tie('value'), { minLength: minItems, maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(name, tie('value'), {
      minKeys: minItems,
      maxKeys: 4,
      noNullPrototype: true,
    }),
  }))

const json = tree(fc.oneof(text, number, fc.boolean(), fc.constant(null)), key)
const withoutNull = tree(fc.oneof(text, number, fc.boolean()), key)

// TOML writes tables after values, so the order of keys may change.
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([name, item]) => [name, sorted(item)] as const)
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

const xmlName = fc.stringMatching(/^[A-Za-z_][\w.-]{0,5}$/)
const xmlTree = (scalar: fc.Arbitrary<unknown>) =>
  tree(scalar, xmlName, 2)
    .object.filter((value) => !hasNestedList(value))
    .map((root) => ({ root }))

/** Whether a list contains a list, which becomes an object with the key `item`. */
function hasNestedList(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => Array.isArray(item) || hasNestedList(item))
  return isRecord(value) && Object.values(value).some(hasNestedList)
}

const rows = (cell: fc.Arbitrary<unknown>) =>
  fc
    .tuple(
      fc.uniqueArray(text.filter(hasNoBackslash), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
    )
    .chain(([names, count]) =>
      fc
        .array(fc.tuple(...names.map(() => cell)), { minLength: count, maxLength: count })
        .map((cells) =>
          cells.map((row) => Object.fromEntries(row.map((item, index) => [names[index], item]))),
        ),
    )

const typedScalar = fc.oneof(number, fc.boolean())

// XML and CSV have only text. Without types, every text is kept; with types, every number and boolean.
it.each([
  { name: 'value', format: 'yaml', values: json.value, minShare: 0.99 },
  {
    name: 'list',
    format: 'ndjson',
    values: fc.array(json.value, { maxLength: 5 }),
    minShare: 0.99,
  },
  {
    name: 'object',
    format: 'toml',
    values: fc.oneof(json.object, withoutNull.object),
    minShare: 0.5,
  },
  { name: 'text', format: 'xml', values: xmlTree(text), minShare: 0.4, typed: false },
  { name: 'number and boolean', format: 'xml', values: xmlTree(typedScalar), minShare: 0.99 },
  { name: 'text', format: 'csv', values: rows(text), minShare: 0.9, typed: false },
  { name: 'number and boolean', format: 'csv', values: rows(typedScalar), minShare: 0.9 },
] as const)(
  'keeps every $name in $format, or refuses it',
  async ({ format, values, minShare, ...rest }) => {
    const typed = !('typed' in rest)
    const normalize = format === 'toml' ? sorted : (value: unknown) => value
    let accepted = 0
    await fc.assert(
      fc.asyncProperty<[unknown]>(values, async (value) => {
        const back = await roundTrip(value, format, typed)
        if (back === undefined) return
        accepted++
        expect(JSON.stringify(normalize(back))).toBe(JSON.stringify(normalize(value)))
      }),
      { numRuns },
    )
    // A format that refused every value would pass the check above.
    expect(accepted / numRuns).toBeGreaterThan(minShare)
  },
  timeoutMs,
)
