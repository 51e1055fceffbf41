import type { CheckOptions, StatementKind } from './sql-guard.ts'

/** Permitted kinds of statements. The mode of the database and the access of the operation determine it. */
export type GuardLevel = 'read' | 'data' | 'admin'

export function guardLevel({ mode, access }: CheckOptions): GuardLevel {
  return mode === 'read-only' || access === 'read-only' ? 'read' : mode
}

/** Refuses a statement whose kind the level does not allow. */
export function refuseKind(
  { kind, name }: { readonly kind: StatementKind | 'never'; readonly name: string },
  level: GuardLevel,
  refuse: (what: string) => Error,
): void {
  if (kind === 'never') {
    throw refuse(neverReason(name))
  }
  if (level === 'read' && kind !== 'read') {
    throw refuse(`${name} is not allowed here: only statements that read are allowed.`)
  }
  if (level === 'data' && kind === 'admin') {
    throw refuse(`${name} is not allowed here: it needs mode "admin".`)
  }
}

function neverReason(name: string): string {
  if (name === 'COPY') {
    return 'COPY from or to the client is not supported. Read rows with query, and insert them with execute.'
  }
  const endsTransaction = /transaction|BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE/.test(name)
  const remedy = endsTransaction ? ' Use the operations begin, commit and rollback.' : ''
  return `${name} has effects beyond its transaction.${remedy}`
}
