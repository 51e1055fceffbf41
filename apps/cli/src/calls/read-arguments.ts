import { convertValue, parseJsonValue } from '@mcp/direct-forms/light'
import { didYouMean, isRecord, nearNames } from '@mcp/protocol/light'

import { usageError } from '../output/exit-codes.ts'
import type { CatalogueEntry } from '../remote/catalogue.ts'
import type { FoundOperation } from './find-operation.ts'
import type { ArgumentDescription } from './schema-text.ts'
import { argumentText } from './schema-text.ts'

export interface ArgumentSources {
  /** Arguments of a saved call. All other arguments take precedence over them. */
  readonly saved?: Payload | undefined
  /** Arguments such as `a=2`, `b:=[3]`, `@file` and `-`. */
  readonly words: readonly string[]
  /** JSON of `--args`. */
  readonly args?: string | undefined
  readonly readFile: (path: string) => Promise<string>
  readonly readInput: () => Promise<string>
}

/** The payload of a request. */
export type Payload = Readonly<Record<string, unknown>>

/**
 * Reads the arguments of a call. An argument replaces an earlier one with the same name. A repeated word of an
 * array argument adds items instead.
 *
 * @throws McpError with the problem and the description of the argument.
 */
export async function readArguments(
  { entry, target }: FoundOperation,
  { saved, words, args, readFile, readInput }: ArgumentSources,
): Promise<Payload> {
  const described = argumentsOf(entry, target)
  const values: Record<string, unknown> = { ...saved }
  const assigned = new Set<string>()
  const assign = (name: string, read: (argument: ArgumentDescription) => unknown): void => {
    const argument = described.find((each) => each.name === name)
    if (argument === undefined) throw unknownArgument(name, entry, described)
    const value = read(argument)
    // An array argument that is repeated, such as values=1 values=2, collects its items.
    const before = values[name]
    const isList = Array.isArray(before) && Array.isArray(value) && assigned.has(name)
    Object.defineProperty(values, name, {
      value: isList ? [...before, ...value] : value,
      enumerable: true,
      writable: true,
      configurable: true,
    })
    assigned.add(name)
  }
  const assignObject = (text: string, source: string): void => {
    for (const [name, value] of Object.entries(readObject(text, source))) {
      assigned.delete(name)
      assign(name, () => value)
    }
    assigned.clear()
  }

  if (args !== undefined) assignObject(args, '--args')
  for (const word of words) {
    const [, name, operator, text = ''] = /^([^=:@]+)(:?=)(.*)$/s.exec(word) ?? []
    if (word === '-') assignObject(await readInput(), 'Standard input')
    else if (word.startsWith('@')) assignObject(await readFile(word.slice(1)), word)
    else if (name === undefined) {
      throw usageError(`Invalid argument "${word}": use name=value, name:=JSON, @file or -.`)
    } else assign(name, (argument) => readWord(argument, entry, operator, text))
  }
  const missing = described.filter(({ name, isRequired }) => isRequired && !(name in values))
  if (missing.length > 0) throw missingArguments(entry, missing)
  return toPayload(entry, target, values)
}

function readWord(
  argument: ArgumentDescription,
  { paramsSchema }: CatalogueEntry,
  operator = '=',
  text = '',
): unknown {
  const { name, schema } = argument
  const read =
    operator === ':='
      ? (parseJsonValue(text) ?? { problem: `The value of "${name}" is not valid JSON: ${text}` })
      : convertValue(name, text, schema, paramsSchema)
  if ('problem' in read) throw usageError(`${read.problem}\n  ${argumentText(argument)}`)
  return read.value
}

function readObject(text: string, source: string): Readonly<Record<string, unknown>> {
  const json = parseJsonValue(text)
  if (json === undefined) throw usageError(`${source} does not contain JSON.`)
  if (!isRecord(json.value)) {
    throw usageError(`${source} does not contain a JSON object.`)
  }
  return json.value
}

/** Returns the arguments of an operation: its params, and the target if the caller chooses it. */
export function argumentsOf(
  { paramsSchema, target, targetKey, targetRequired, targetSchema }: CatalogueEntry,
  named?: string,
): ArgumentDescription[] {
  const { properties, required } = paramsSchema
  const names: unknown[] = Array.isArray(required) ? required : []
  const params = Object.entries(isRecord(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    schema: isRecord(schema) ? schema : {},
    isRequired: names.includes(name),
  }))
  if (target !== undefined || targetSchema === undefined) return params
  const isRequired = targetRequired && named === undefined
  return [{ name: targetKey, schema: targetSchema, isRequired }, ...params]
}

function toPayload(
  { target: fixed, targetKey, targetSchema, operation }: CatalogueEntry,
  named: string | undefined,
  values: Readonly<Record<string, unknown>>,
): Payload {
  if (fixed !== undefined || targetSchema === undefined) {
    return { ...(fixed === undefined ? {} : { [targetKey]: fixed }), operation, params: values }
  }
  const { [targetKey]: chosen = named, ...params } = values
  return { ...(chosen === undefined ? {} : { [targetKey]: chosen }), operation, params }
}

function unknownArgument(
  name: string,
  entry: CatalogueEntry,
  described: readonly ArgumentDescription[],
) {
  const names = described.map((each) => each.name)
  const near = nearNames(name, names)
  const known = near.length > 0 ? described.filter((each) => near.includes(each.name)) : described
  return usageError(
    [`${entry.name} has no argument "${name}"${didYouMean(near)}`, ...listed(known)].join('\n'),
  )
}

function missingArguments(entry: CatalogueEntry, missing: readonly ArgumentDescription[]) {
  const names = missing.map(({ name }) => `"${name}"`).join(', ')
  return usageError([`${entry.name} needs ${names}.`, ...listed(missing)].join('\n'))
}

function listed(described: readonly ArgumentDescription[]): string[] {
  return described.map((each) => `  ${argumentText(each)}`)
}

/** Returns the descriptions of the arguments that issues of the hub name, such as `payload.params.a`. */
export function issueArguments(entry: CatalogueEntry, issues: unknown): ArgumentDescription[] {
  const paths = Array.isArray(issues) ? issues.filter(isRecord).map(({ path }) => path) : []
  const names = new Set(paths.flatMap((path: unknown) => (Array.isArray(path) ? path : [])))
  return argumentsOf(entry).filter(({ name }) => names.has(name))
}
