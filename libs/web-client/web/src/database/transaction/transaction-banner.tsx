import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { timeLeft } from '../../interactions/time-left.ts'
import type { useTransaction } from './use-transaction.ts'

/** The open transaction with the time until it is rolled back. */
export function TransactionBanner({
  transaction,
}: {
  readonly transaction: ReturnType<typeof useTransaction>
}) {
  const { open, notice, isExpired, now, end, begin, dismiss } = transaction
  if (open === undefined) {
    return (
      <>
        {begin.error !== null && <Problem error={begin.error} />}
        <p className={notice === '' ? 'sr-only' : 'text-sm text-muted'} role="status">
          {notice}
        </p>
      </>
    )
  }
  return (
    <section
      aria-label="Open transaction"
      className="flex flex-wrap items-center gap-2 rounded-md border border-warn bg-warn-soft px-3 py-1.5"
    >
      <p className="grow tabular-nums">
        Transaction open in “{open.database}”.{' '}
        {isExpired
          ? 'It has expired, and its changes were rolled back.'
          : `It is rolled back in ${timeLeft(open.expiresAt, now) ?? ''} unless you commit.`}
      </p>
      {isExpired ? (
        <Button onClick={dismiss}>Close</Button>
      ) : (
        <>
          <Button disabled={end.isPending} kind="primary" onClick={() => end.mutate('commit')}>
            Commit
          </Button>
          <Button disabled={end.isPending} onClick={() => end.mutate('rollback')}>
            Roll back
          </Button>
        </>
      )}
      {end.error !== null && (
        <div className="w-full">
          <Problem error={end.error}>
            <button className="underline" onClick={dismiss} type="button">
              Close this notice
            </button>
          </Problem>
        </div>
      )}
    </section>
  )
}
