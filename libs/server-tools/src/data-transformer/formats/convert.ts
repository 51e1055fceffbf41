import { McpError } from '@mcp/protocol'
import { invalidParam } from '@mcp/server'
import * as z from 'zod'

import { measureSize } from '../../sandbox/measure.ts'
import { sandboxedOperation } from '../../sandbox/sandboxed-operation.ts'
import { csvFormat } from './csv-format.ts'
import type { DataFormat } from './data-format.ts'
import { readJson } from './json-text.ts'
import { ndjsonFormat } from './ndjson-format.ts'
import { toJsonValue, toPlainValue } from './plain-value.ts'
import { tomlFormat } from './toml-format.ts'
import { xmlFormat } from './xml-format.ts'
import { yamlFormat } from './yaml-format.ts'

const formatNames = ['json', 'ndjson', 'csv', 'yaml', 'xml', 'toml'] as const

export const convert = sandboxedOperation({
  title: 'Convert data',
  description:
    'Converts data between JSON, NDJSON, CSV, YAML, XML and TOML. Returns JSON as a value and every other format as text.',
  params: () =>
    z.object({
      data: z.unknown().describe('The text to convert, or for JSON the value itself.'),
      from: z.enum(formatNames).describe('The format of `data`.'),
      to: z.enum(formatNames).describe('The format to convert to.'),
      delimiter: z.string().length(1).default(',').describe('CSV: the column separator.'),
      header: z.boolean().default(true).describe('CSV: whether the first row names the columns.'),
      typed: z
        .boolean()
        .default(true)
        .describe('From CSV and XML: whether `12` and `true` become a number and a boolean.'),
      escapeFormulas: z
        .boolean()
        .default(true)
        .describe(
          'To CSV: whether cells that a spreadsheet would run as formulas are marked as text.',
        ),
      root: z
        .string()
        .regex(/^[A-Za-z_][\w.-]{0,99}$/)
        .default('root')
        .describe('To XML: the name of the outermost element.'),
    }),
  result: () => z.unknown(),
  hints: { readOnly: true },
  core: true,
  errors: ['parse-error', 'timeout', 'forbidden'],
  examples: [
    {
      title: 'Convert the csv "name,age\\nAnn,30" to json',
      params: { data: 'name,age\nAnn,30', from: 'csv', to: 'json' },
      result: [{ name: 'Ann', age: 30 }],
    },
    {
      title: 'Convert the json [{"a": 1}, {"a": 2}] to csv',
      params: { data: [{ a: 1 }, { a: 2 }], from: 'json', to: 'csv' },
      result: 'a\n1\n2\n',
    },
    {
      title: 'Convert the yaml "name: Ann" to json',
      params: { data: 'name: Ann\ntags: [a, b]\n', from: 'yaml', to: 'json' },
      result: { name: 'Ann', tags: ['a', 'b'] },
    },
    {
      title: 'Write the json {"server": {"port": 80}} as toml',
      params: { data: { server: { port: 80 } }, from: 'json', to: 'toml' },
      result: '[server]\nport = 80\n',
    },
    {
      title: 'Convert the xml "<note id=\\"1\\"><to>Ann</to></note>" to json',
      params: { data: '<note id="1"><to>Ann</to></note>', from: 'xml', to: 'json' },
      result: { note: { '@id': 1, to: 'Ann' } },
    },
    {
      title: 'Convert the ndjson lines {"a":1} and {"a":2} to yaml',
      params: { data: '{"a":1}\n{"a":2}\n', from: 'ndjson', to: 'yaml' },
      result: '- a: 1\n- a: 2\n',
    },
  ],
  async work({ data, from, to, ...options }) {
    const value = await attempt(`the data is not valid ${from}`, async () => {
      if (typeof data !== 'string') {
        if (from === 'json') return data
        throw new McpError('invalid-params', 'it is not a string')
      }
      const text = data.replace(/^\uFEFF/, '')
      return from === 'json' ? readJson('it', text) : formats[from].read(text, options)
    })
    measureSize(value, Infinity)
    return attempt(`the data cannot be written as ${to}`, async () => {
      const plain = toPlainValue(value, to === 'yaml' || to === 'toml')
      return to === 'json' ? toJsonValue(plain) : formats[to].write(plain, options)
    })
  },
})

const formats: Readonly<Record<Exclude<(typeof formatNames)[number], 'json'>, DataFormat>> = {
  ndjson: ndjsonFormat,
  csv: csvFormat,
  yaml: yamlFormat,
  xml: xmlFormat,
  toml: tomlFormat,
}

/**
 * Runs `work`. Converts an error of a format library to an error of the parameter `data` with the
 * library's message.
 */
async function attempt<T>(problem: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    if (McpError.is(thrown) && thrown.code !== 'invalid-params' && thrown.code !== 'parse-error') {
      throw thrown
    }
    const [first = ''] = thrown.message.split('\n')
    const why = /call stack/.test(first) ? 'it nests too deep' : first.slice(0, 300)
    throw invalidParam('data', `${problem}: ${why}`, {
      reason: 'data-format',
      cause: thrown,
    })
  }
}
