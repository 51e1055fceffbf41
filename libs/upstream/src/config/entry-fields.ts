import { isRecord } from '@mcp/protocol'

import type { AddProblem } from './config-problem.ts'
import type { Variables } from './expand-variables.ts'
import { expandVariables } from './expand-variables.ts'

/** The fields of an entry in an MCP configuration file, before they are parsed. */
export type EntryFields = Readonly<Record<string, unknown>>

export interface FieldReaderOptions {
  readonly variables: Variables
  /** Receives the problems, with their paths inside the entry. */
  readonly addProblem: AddProblem
}

export type FieldReader = ReturnType<typeof createFieldReader>

/** Creates readers of the fields of an entry that expand variables and report unusable values. */
export function createFieldReader({ variables, addProblem }: FieldReaderOptions) {
  function expand(text: string, at: readonly string[]): string | undefined {
    const expanded = expandVariables(text, variables)
    if ('value' in expanded) return expanded.value
    addProblem(at, expanded.problem)
    return undefined
  }

  function text(fields: EntryFields, key: string): string | undefined {
    const value = fields[key]
    if (value === undefined) return undefined
    if (typeof value === 'string' && value.trim() !== '') return expand(value, [key])
    addProblem([key], 'must be a text that is not empty')
    return undefined
  }

  return {
    text,
    flag(fields: EntryFields, key: string): boolean {
      const value = fields[key]
      if (value === undefined || typeof value === 'boolean') return value === true
      addProblem([key], 'must be true or false')
      return false
    },
    list(fields: EntryFields, key: string): string[] {
      const value = fields[key] ?? []
      if (!Array.isArray(value)) {
        addProblem([key], 'must be a list of texts, such as ["-y", "package"]')
        return []
      }
      return value.flatMap((item: unknown, index) => {
        if (typeof item === 'string') return expand(item, [key, String(index)]) ?? []
        addProblem([key, String(index)], 'must be a text')
        return []
      })
    },
    texts(fields: EntryFields, key: string): Record<string, string> {
      const value = fields[key] ?? {}
      if (!isRecord(value)) {
        addProblem([key], 'must be an object of texts')
        return {}
      }
      const texts: Record<string, string> = {}
      for (const [name, item] of Object.entries(value)) {
        // Many configuration files contain numbers in these fields.
        const scalar = typeof item === 'number' || typeof item === 'boolean' ? String(item) : item
        if (typeof scalar === 'string') texts[name] = expand(scalar, [key, name]) ?? ''
        else addProblem([key, name], 'must be a text')
      }
      return texts
    },
    url(fields: EntryFields, key: string): string | undefined {
      const address = text(fields, key)
      if (address === undefined) return undefined
      if (/^https?:$/.test(URL.parse(address)?.protocol ?? '')) return address
      addProblem([key], 'must be an http or https URL')
      return undefined
    },
  }
}
