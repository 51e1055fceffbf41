import type { ServerListing } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { findOperation } from '../../calls/find-operation.ts'
import { argumentsOf } from '../../calls/read-arguments.ts'
import type { ArgumentDescription } from '../../calls/schema-text.ts'
import type { CatalogueEntry } from '../../remote/catalogue.ts'
import { entriesOf } from '../../remote/catalogue.ts'

/** Texts that can replace the part of a line from a position to the cursor. */
export interface Completion {
  readonly from: number
  readonly candidates: readonly string[]
}

/** A value that is requested from the hub. */
export interface ValueRequest {
  /** Kind of the value: the name of an argument such as `path` or `root`, or `table`. */
  readonly kind: string
  /** The server of the operation, if there is one. */
  readonly server?: string | undefined
  readonly typed: string
  /** Texts of the other arguments. */
  readonly others: Readonly<Record<string, string>>
}

export interface CompletionSources {
  /** Names of the commands, without `/`. */
  readonly commands: readonly string[]
  /** Returns the actions that the first word of a command can name. */
  readonly actions: (command: string) => Promise<readonly string[]>
  readonly servers: () => Promise<readonly ServerListing[]>
  readonly values: (request: ValueRequest) => Promise<readonly string[]>
}

const none: Completion = { from: 0, candidates: [] }

/** Completes the text before the cursor: commands, operations, arguments, their values, and paths. */
export async function completeLine(text: string, sources: CompletionSources): Promise<Completion> {
  const words = splitTyped(text)
  const typed = words.pop() ?? ''
  const from = text.length - typed.length
  const found = await candidatesFor(typed, words, sources)
  const matching = found.filter((candidate) => candidate.startsWith(typed))
  return matching.length === 0 ? none : { from, candidates: Array.from(new Set(matching)) }
}

/** Returns the typed words. The last word is the word at the cursor, which may be empty. */
function splitTyped(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"(?:\\.|[^"\\])*(?:"|$)|'[^']*(?:'|$))+/g) ?? []
  return words.length === 0 || text.endsWith(words.at(-1) ?? '') ? words : [...words, '']
}

async function candidatesFor(
  typed: string,
  [first, ...rest]: readonly string[],
  sources: CompletionSources,
): Promise<readonly string[]> {
  if (typed.startsWith('@')) {
    const paths = await sources.values({ kind: 'path', typed: typed.slice(1), others: {} })
    return spaced(paths).map((path) => `@${path}`)
  }
  if (first === undefined) return firstWords(typed, sources)
  const isCommand = first.startsWith('/')
  const name = isCommand ? first.slice(1) : first
  if (isCommand && sources.commands.includes(name)) {
    return commandWords(name, { typed, rest, sources })
  }
  if (/^[\w-]+\.[\w.-]+$/.test(name)) {
    return argumentWords(name, { typed, rest, sources })
  }
  const values = (kind: string) => sources.values({ kind, typed, others: {} })
  if (['cat', 'read', 'show', 'ls', 'grep'].includes(name)) return spaced(await values('path'))
  const before = rest.at(-1) ?? first
  const isSql = /^(?:select|insert|update|delete|with|explain|create|drop|alter)$/i.test(name)
  return isSql && /^(?:from|join|into|update|table)$/i.test(before)
    ? spaced(await values('table'))
    : []
}

async function firstWords(typed: string, { commands, servers }: CompletionSources) {
  const slash = typed.startsWith('/') ? '/' : ''
  if (typed === '') return []
  if (typed === '/') return commands.map((name) => `/${name} `)
  const names = entriesOf(await servers()).map((entry) => `${slash}${entry.name}`)
  const operations = bySegment(typed, names)
  return slash === '' ? operations : [...commands.map((name) => `/${name} `), ...operations]
}

/** Returns names up to their next `.`, so that a long list is completed in steps. */
function bySegment(typed: string, names: readonly string[]): string[] {
  const matching = names.filter((name) => name.startsWith(typed))
  const steps = Map.groupBy(matching, (name) => {
    const end = name.indexOf('.', typed.length)
    return end === -1 ? name : name.slice(0, end + 1)
  })
  return Array.from(steps, ([step, [name = '', ...others]]) =>
    others.length > 0 && step.endsWith('.') ? step : `${name} `,
  )
}

interface WordContext {
  readonly typed: string
  readonly rest: readonly string[]
  readonly sources: CompletionSources
}

async function commandWords(
  command: string,
  { typed, rest, sources }: WordContext,
): Promise<readonly string[]> {
  if (command === 'call' || command === 'describe') {
    const [operation, ...words] = rest
    if (operation === undefined) {
      return bySegment(
        typed,
        entriesOf(await sources.servers()).map(({ name }) => name),
      )
    }
    return command === 'call' ? argumentWords(operation, { typed, rest: words, sources }) : []
  }
  if (command === 'conversations' && rest.length === 1) {
    return spaced(await sources.values({ kind: 'conversation', typed, others: {} }))
  }
  if (rest.length > 0) return []
  const actions = await sources.actions(command)
  if (actions.length > 0) return spaced(actions)
  if (command === 'operations') return (await sources.servers()).map(({ name }) => `${name} `)
  if (command === 'help') return sources.commands.map((name) => `${name} `)
  return spaced(await sources.values({ kind: command, typed, others: {} }))
}

async function argumentWords(
  name: string,
  { typed, rest, sources }: WordContext,
): Promise<readonly string[]> {
  const { entry, target } = findOperation(await sources.servers(), name)
  const { targetKey } = entry
  const others = {
    ...(target === undefined ? {} : { [targetKey]: target }),
    ...Object.fromEntries(rest.map(readAssignment)),
  }
  const described = argumentsOf(entry, target)
  const [, key, operator = '=', value = ''] = /^([^=:]+)(:?=)(.*)$/s.exec(typed) ?? []
  if (key === undefined) {
    const isOpen = (argument: ArgumentDescription) => others[argument.name] === undefined
    const open = described.filter(isOpen)
    return open.toSorted(requiredFirst).map((argument) => `${argument.name}=`)
  }
  const argument = described.find((each) => each.name === key)
  if (argument === undefined || operator === ':=') return []
  const found = choicesOf(argument) ?? (await valuesOf(entry, { key, value, others }, sources))
  return spaced(found).map((each) => `${key}=${each}`)
}

function valuesOf(
  { server }: CatalogueEntry,
  { key, value, others }: { key: string; value: string; others: Readonly<Record<string, string>> },
  sources: CompletionSources,
): Promise<readonly string[]> {
  return sources.values({ kind: key, server, typed: value.replace(/^["']/, ''), others })
}

function requiredFirst(left: ArgumentDescription, right: ArgumentDescription): number {
  return Number(right.isRequired) - Number(left.isRequired)
}

function readAssignment(word: string): [string, string] {
  const [, name = word, text = ''] = /^([^=:]+):?=["']?(.*?)["']?$/s.exec(word) ?? []
  return [name, text]
}

/** Returns the values of an enumeration, of a boolean, or of the items of an array; otherwise undefined. */
function choicesOf({ schema }: ArgumentDescription): string[] | undefined {
  const { type, enum: choices, items } = schema
  if (Array.isArray(choices)) return choices.map(String)
  if (type === 'boolean') return ['true', 'false']
  const item = isRecord(items) ? items['enum'] : undefined
  return type === 'array' && Array.isArray(item) ? item.map(String) : undefined
}

/**
 * Adds a space to values that are complete. A value that ends with `/`, `.` or `:` continues. A value that
 * contains spaces or quotes is quoted.
 */
function spaced(values: readonly string[]): string[] {
  return values.map((value) => {
    if (/[/.:]$/.test(value)) return value
    return /[\s"']/.test(value) ? `${JSON.stringify(value)} ` : `${value} `
  })
}
