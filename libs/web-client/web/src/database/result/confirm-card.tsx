import { useEffect, useRef } from 'react'

import { Button } from '../../elements/button.tsx'
import { isDestructive } from '../statement/is-destructive.ts'
import type { StatementKind, StatementRequest } from '../statement/use-statement.ts'

export interface ConfirmCardProps {
  readonly request: StatementRequest
  readonly kind: StatementKind
  readonly onConfirm: (request: StatementRequest) => void
  readonly onDismiss: () => void
}

const effects: Readonly<Record<StatementKind, string>> = {
  read: 'reads',
  data: 'changes rows',
  schema: 'changes tables',
  admin: 'administers the database',
}

/** Asks for a confirmation before a statement that does more than read. Escape declines. */
export function ConfirmCard({ request, kind, onConfirm, onDismiss }: ConfirmCardProps) {
  const { sql, params, database, transactionId } = request
  const card = useRef<HTMLElement>(null)
  useEffect(() => card.current?.focus(), [])
  return (
    <section
      aria-label="Confirmation"
      className="space-y-2 rounded-md border-2 border-warn p-3"
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDismiss()
      }}
      ref={card}
      tabIndex={-1}
    >
      <p className="font-medium">
        This statement {effects[kind]} in the database “{database}”.{' '}
        {transactionId === undefined
          ? 'It cannot be undone.'
          : 'It can be rolled back with the transaction.'}
      </p>
      <pre
        aria-label="Statement"
        className="max-h-48 overflow-auto rounded bg-sunken p-2 font-mono text-sm whitespace-pre-wrap"
        role="region"
        tabIndex={0}
      >
        {sql}
      </pre>
      {params.length > 0 && <p className="font-mono text-sm">{JSON.stringify(params)}</p>}
      <div className="flex gap-2">
        <Button
          kind={isDestructive(kind, sql) ? 'danger' : 'primary'}
          onClick={() => onConfirm(request)}
        >
          Run it
        </Button>
        <Button onClick={onDismiss}>Do not run it</Button>
      </div>
    </section>
  )
}
