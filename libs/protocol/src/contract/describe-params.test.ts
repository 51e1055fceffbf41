import { expect, it } from 'vitest'
import * as z from 'zod'

import { describeOperation } from './describe-contract.ts'
import type { Schema } from './operation.ts'
import { operation } from './operation.ts'

function describe(params: Schema, target?: string) {
  const declared = operation({
    title: 'Forecast',
    description: 'Highs for the coming days.',
    params,
    result: z.object({}),
    examples: [{ params: {} }],
  })
  return describeOperation('forecast', declared, { type: 't', targetKey: 'place', target })
}

const text = { type: 'string' }
const place = z.string()

it.each([
  ['an object', z.object({ place, days: z.string() })],
  ['a named object', z.object({ place, days: z.string() }).meta({ id: 'Named' })],
])('separates the target from %s', (_kind, params) => {
  const { paramsSchema, targetSchema, targetRequired } = describe(params)
  expect(paramsSchema).toMatchObject({ type: 'object', properties: { days: text } })
  expect(paramsSchema).toMatchObject({ required: ['days'] })
  expect(paramsSchema['properties']).not.toHaveProperty('place')
  expect({ targetSchema, targetRequired }).toEqual({ targetSchema: text, targetRequired: true })
})

const variants = [
  z.object({ place, kind: z.literal('a') }).meta({ id: 'VariantA' }),
  z.object({ place, kind: z.literal('b'), days: z.string() }),
] as const

it.each([
  ['anyOf', z.union(variants)],
  ['oneOf', z.discriminatedUnion('kind', variants)],
  ['allOf', z.intersection(...variants)],
])('separates the target from each schema of %s', (keyword, params) => {
  const { paramsSchema, targetSchema, targetRequired } = describe(params)
  expect(paramsSchema[keyword]).toEqual([
    expect.objectContaining({
      properties: { kind: { type: 'string', const: 'a' } },
      required: ['kind'],
    }),
    expect.objectContaining({ required: ['kind', 'days'] }),
  ])
  expect({ targetSchema, targetRequired }).toEqual({ targetSchema: text, targetRequired: true })
})

it('requires the target of a union only if every variant requires it', () => {
  const optional = z.object({ place: z.enum(['Oslo']).optional() })
  const { targetSchema, targetRequired } = describe(z.union([variants[0], optional]))
  expect(targetRequired).toBe(false)
  expect(targetSchema).toEqual({ anyOf: [text, { type: 'string', enum: ['Oslo'] }] })
})

it('keeps the target in the nested values of a recursive schema', () => {
  const tree = z.object({
    place,
    get parts() {
      return z.array(tree).optional()
    },
  })
  const { paramsSchema } = describe(tree)
  expect(paramsSchema).toMatchObject({
    properties: { parts: { items: { $ref: '#/$defs/params' } } },
    $defs: { params: { properties: { place: text }, required: ['place'] } },
  })
  expect(paramsSchema['properties']).not.toHaveProperty('place')
})

it('describes params without a target unchanged', () => {
  expect(describe(z.object({ days: z.string() }))).toMatchObject({
    paramsSchema: { type: 'object', properties: { days: text }, required: ['days'] },
    targetSchema: undefined,
    targetRequired: false,
  })
})

it('inlines named params if the operation has a fixed target', () => {
  const named = z.object({ days: z.string() }).meta({ id: 'Days' })
  expect(describe(named, 'weather').paramsSchema).toMatchObject({ properties: { days: text } })
  expect(describe(z.union([named, z.object({})]), 'weather').paramsSchema).toMatchObject({
    anyOf: [{ properties: { days: text } }, { type: 'object' }],
  })
})
