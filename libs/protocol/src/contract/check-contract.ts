import * as z from 'zod'

import type { Contract } from './contract.ts'
import { toJsonSchema } from './describe-contract.ts'
import { isRecord } from '../is-record.ts'
import type { Operation } from './operation.ts'

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const camelCase = /^[a-z][a-zA-Z0-9]*$/

/**
 * Returns the mistakes in a contract that its types cannot prevent, such as malformed names, missing
 * texts, invalid examples, and results with a transform or a default. Call it in a test rather than at
 * startup.
 *
 * @example
 * expect(checkContract(weather)).toEqual([])
 */
export function checkContract(contract: Contract): string[] {
  const problems: string[] = []
  const { name, type, target, version, operations, notifications = {}, aliases } = contract

  if (!kebabCase.test(name)) problems.push(`The name "${name}" is not kebab-case.`)
  for (const word of [type, ...Object.keys(notifications), ...Object.keys(aliases)]) {
    if (!kebabCase.test(word) || word.length > 64)
      problems.push(`"${word}" is not kebab-case with at most 64 characters.`)
  }
  if (!camelCase.test(target)) problems.push(`The target "${target}" is not camelCase.`)
  if (['operation', 'params'].includes(target)) {
    problems.push(`The target cannot be named "${target}": the payload has a key of that name.`)
  }
  if (!/^\d+\.\d+\.\d+$/.test(version))
    problems.push(`The version "${version}" is not a semantic version such as "1.0.0".`)

  for (const [key, operation] of Object.entries(operations)) {
    if (!camelCase.test(key)) problems.push(`The operation "${key}" is not camelCase.`)
    problems.push(...checkOperation(operation).map((problem) => `${name}.${key}: ${problem}`))
  }
  return problems
}

function checkOperation(operation: Operation): string[] {
  const problems: string[] = []
  const { title, description, params, result, chunk, examples } = operation

  if (title.trim() === '') problems.push('it has no title.')
  if (description.trim() === '') problems.push('it has no description.')
  if (examples.length === 0) problems.push('it has no example.')
  if (toJsonSchema(params, 'input')['type'] !== 'object')
    problems.push('its params are not an object.')
  for (const [word, schema] of Object.entries({ result, chunk })) {
    if (schema !== undefined && !hasSameInputAndOutput(schema)) {
      problems.push(`its ${word} has a transform or default, which JSON Schema cannot express.`)
    }
  }
  for (const [index, example] of examples.entries()) {
    const checkedParams = z.safeParse(params, example.params)
    if (!checkedParams.success)
      problems.push(`example ${index}: ${z.prettifyError(checkedParams.error)}`)
    if (example.result === undefined) continue
    const checkedResult = z.safeParse(result, example.result)
    if (!checkedResult.success)
      problems.push(`example ${index}: ${z.prettifyError(checkedResult.error)}`)
  }
  return problems
}

function hasSameInputAndOutput(schema: Operation['result']): boolean {
  const input = withoutClosing(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  const output = withoutClosing(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))
  return JSON.stringify(input) === JSON.stringify(output)
}

// Removes `additionalProperties: false`. zod adds this keyword only to output schemas, so it does not
// show that input and output have different values.
function withoutClosing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutClosing)
  if (!isRecord(value)) return value
  const { additionalProperties, ...rest } = value
  const compared = isRecord(additionalProperties) ? { ...rest, additionalProperties } : rest
  return Object.fromEntries(
    Object.entries(compared).map(([key, each]) => [key, withoutClosing(each)]),
  )
}
