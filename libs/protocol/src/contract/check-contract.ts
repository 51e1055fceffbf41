import * as z from 'zod'

import type { Contract } from './contract.ts'
import { toJsonSchema } from './describe-contract.ts'
import { isRecord } from '../is-record.ts'
import type { Operation } from './operation.ts'

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const camelCase = /^[a-z][a-zA-Z0-9]*$/

/**
 * What is wrong with a contract that its types cannot say: names, examples, schemas that JSON Schema
 * cannot express. Empty where all is well. Meant for a test, never for start-up.
 *
 * @example
 * expect(checkContract(weather)).toEqual([])
 */
export function checkContract(contract: Contract): string[] {
  const problems: string[] = []
  const { name, type, target, version, operations, notifications = {}, aliases } = contract

  if (!kebabCase.test(name)) problems.push(`The name "${name}" is not kebab-case.`)
  for (const word of [type, ...Object.keys(notifications), ...Object.keys(aliases)]) {
    if (!kebabCase.test(word) || word.length > 64) problems.push(`"${word}" is not kebab-case.`)
  }
  if (!camelCase.test(target)) problems.push(`The target "${target}" is not camelCase.`)
  if (['operation', 'params'].includes(target)) {
    problems.push(`The target cannot be called "${target}": the payload has a key of that name.`)
  }
  if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`The version "${version}" is not semantic.`)

  for (const [key, operation] of Object.entries(operations)) {
    if (!camelCase.test(key)) problems.push(`The operation "${key}" is not camelCase.`)
    problems.push(...checkOperation(operation).map((problem) => `${name}.${key}: ${problem}`))
  }
  return problems
}

/** What is wrong with one operation that its types cannot say. */
function checkOperation(operation: Operation): string[] {
  const problems: string[] = []
  const { title, description, params, result, chunk, examples } = operation

  if (title.trim() === '') problems.push('it has no title.')
  if (description.trim() === '') problems.push('it has no description.')
  if (examples.length === 0) problems.push('it has no example.')
  if (toJsonSchema(params, 'input')['type'] !== 'object') problems.push('its params are no object.')
  for (const [word, schema] of Object.entries({ result, chunk })) {
    if (schema !== undefined && !saysTheSameBothWays(schema)) {
      problems.push(`its ${word} has a transform or default, which JSON Schema cannot say.`)
    }
  }
  for (const [index, example] of examples.entries()) {
    const accepted = z.safeParse(params, example.params)
    if (!accepted.success) problems.push(`example ${index}: ${z.prettifyError(accepted.error)}`)
    if (example.result === undefined) continue
    const answered = z.safeParse(result, example.result)
    if (!answered.success) problems.push(`example ${index}: ${z.prettifyError(answered.error)}`)
  }
  return problems
}

function saysTheSameBothWays(schema: Operation['result']): boolean {
  const input = withoutClosing(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  const output = withoutClosing(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))
  return JSON.stringify(input) === JSON.stringify(output)
}

// Only the output of an object is closed to further keys, which says nothing of its values.
function withoutClosing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutClosing)
  if (!isRecord(value)) return value
  const { additionalProperties, ...rest } = value
  const kept = isRecord(additionalProperties) ? { ...rest, additionalProperties } : rest
  return Object.fromEntries(Object.entries(kept).map(([key, each]) => [key, withoutClosing(each)]))
}
