import { createContext, useContext } from 'react'

import type { FieldError } from './check-value.ts'

export interface FormState {
  /** Prefix of the ids of the form, so that two forms with the same fields have different ids. */
  readonly id: string
  readonly errors: readonly FieldError[]
  readonly offers: Readonly<Record<string, readonly string[]>>
}

export const FormContext = createContext<FormState>({ id: '', errors: [], offers: {} })

/** Returns the id, the errors and the offered values of the field at a path. */
export function useFieldState(path: readonly string[]) {
  const { id, errors, offers } = useContext(FormContext)
  const key = JSON.stringify(path)
  return {
    id: `${id}${path.map((name) => `-${name.replaceAll(/\W/g, '_')}`).join('')}`,
    messages: errors
      .filter((error) => JSON.stringify(error.path) === key)
      .map(({ message }) => message),
    offered: (path.length === 1 ? offers[path[0] ?? ''] : undefined) ?? [],
  }
}
