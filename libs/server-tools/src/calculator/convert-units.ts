import { invalidParam } from '@mcp/server'
import type { MathJsInstance, Unit } from 'mathjs'
import * as z from 'zod'

import { sandboxedOperation } from '../sandbox/sandboxed-operation.ts'
import { loadEngine } from './math/hardened-math.ts'
import { numberParam } from './number-param.ts'

export const convertUnits = sandboxedOperation({
  title: 'Convert units',
  description:
    'Converts a quantity to another unit: lengths, weights, times, temperatures, volumes, speeds, data, energy and more, with prefixes and compounds such as km/h.',
  params: () =>
    z.object({
      value: numberParam('The quantity to convert.'),
      from: unit('The unit of `value`, such as `mile`, `kg`, `celsius` or `km/h`.'),
      to: unit('The unit to convert to, of the same kind.'),
    }),
  result: () => z.object({ value: z.number(), unit: z.string() }),
  hints: { readOnly: true },
  core: true,
  errors: ['timeout'],
  examples: [
    {
      title: 'Convert 5 mile to km',
      params: { value: 5, from: 'mile', to: 'km' },
      result: { value: 8.04672, unit: 'km' },
    },
    {
      title: 'How much is 100 celsius in fahrenheit?',
      params: { value: 100, from: 'celsius', to: 'fahrenheit' },
      result: { value: 212, unit: 'fahrenheit' },
    },
    {
      title: 'How many inches are 2.54 cm?',
      params: { value: 2.54, from: 'cm', to: 'inches' },
      result: { value: 1, unit: 'inches' },
    },
    {
      title: '90 km/h in m/s',
      params: { value: 90, from: 'km/h', to: 'm/s' },
      result: { value: 25, unit: 'm/s' },
    },
  ],
  async work({ value, from, to }) {
    const { math } = await loadEngine('exact')
    const [sourceName, targetName] = [normalizeUnit(from), normalizeUnit(to)]
    const target = readUnit(math, 'to', targetName)
    const source = readUnit(math, 'from', sourceName)
    if (!source.equalBase(target)) {
      throw invalidParam('to', `"${from}" and "${to}" measure different quantities`)
    }
    const converted = math.unit(math.bignumber(String(value)), sourceName).toNumber(targetName)
    if (!Number.isFinite(converted)) throw invalidParam('value', 'the result is too large')
    return { value: converted, unit: to }
  },
})

const spellings: readonly (readonly [RegExp, string])[] = [
  [/^(?:°|degrees?|deg)\s*c(?:elsius)?$/gi, 'celsius'],
  [/^(?:°|degrees?|deg)\s*f(?:ahrenheit)?$/gi, 'fahrenheit'],
  [/^(?:°|degrees?|deg)\s*r(?:ankine)?$/gi, 'rankine'],
  [/°/g, 'deg'],
  [/[µμ]/g, 'u'],
  [/[ΩΩ]/g, 'ohm'],
  [/²/g, '^2'],
  [/³/g, '^3'],
  [/·/g, '*'],
  [/\s+per\s+/gi, '/'],
  [/\bsquare\s+([a-z]+)/gi, '$1^2'],
  [/\bcubic\s+([a-z]+)/gi, '$1^3'],
  [/\b(nautical|troy|metric|imperial|short|long|light|fluid)\s+(?=[a-z])/gi, '$1'],
]

/** Replaces common spellings of units with the spellings of mathjs. */
function normalizeUnit(name: string): string {
  return spellings.reduce(
    (text, [pattern, replacement]) => text.replaceAll(pattern, replacement),
    name,
  )
}

function unit(description: string) {
  return z
    .string()
    .trim()
    .max(100)
    .regex(/^[^\d.+-]/, 'must be a unit without a number')
    .describe(description)
}

function readUnit(math: MathJsInstance, parameter: string, name: string): Unit {
  try {
    return math.unit(math.bignumber(1), name)
  } catch (cause) {
    throw invalidParam(parameter, `unknown unit: "${name}"`, { reason: 'unknown-unit', cause })
  }
}
