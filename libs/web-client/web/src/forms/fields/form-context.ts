import { createContext, useContext } from 'react'

import type { FieldError } from '../check/check-value.ts'

export interface FormState {
  /** Prefix of the ids of the form, so that two forms with the same fields have different ids. */
  readonly id: string
  readonly errors: readonly FieldError[]
  readonly offers: Readonly<Record<string, readonly string[]>>
  /** Reports the problem of a text that is not a valid value, or undefined if there is none. */
  readonly onProblem: (id: string, problem: string | undefined) => void
}

export const FormContext = createContext<FormState>({
  id: '',
  errors: [],
  offers: {},
  onProblem: () => {},
})

/** Returns the id, the errors and the offered values of the field at a path. */
export function useFieldState(path: readonly string[]) {
  const { id, errors, offers, onProblem } = useContext(FormContext)
  const key = JSON.stringify(path)
  return {
    id: `${id}${path.map((name) => `-${idPart(name)}`).join('')}`,
    messages: errors
      .filter((error) => JSON.stringify(error.path) === key)
      .map(({ message }) => message),
    offered: ownOf(offers, offerKey(path)) ?? [],
    onProblem,
  }
}

/** Returns the key of the offers for the field at a path. The key of a top-level field is its name. */
export function offerKey(path: readonly string[]): string {
  return path.length === 1 ? (path[0] ?? '') : JSON.stringify(path)
}

/**
 * Returns the own member of a record. A field may have the name of an inherited property, such as `toString`.
 */
function ownOf<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Returns a part of an id. Different names have different parts. */
function idPart(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, (character) => `_${character.codePointAt(0)}_`)
}
