import { IconButton } from '../../elements/button.tsx'
import type { EntryReader } from './entry-content.tsx'
import { EntryContent } from './entry-content.tsx'
import type { Exchange } from '../log/exchange.ts'
import { Status } from './exchange-row.tsx'
import { formatMs } from './format-ms.ts'
import { SendAgain } from './send-again.tsx'

export interface ExchangeDetailProps {
  readonly exchange: Exchange
  /** Undefined if the contents can no longer be read. */
  readonly reader: EntryReader | undefined
  readonly onClose: () => void
  readonly className?: string
}

/** All entries of an exchange with their contents as JSON. */
export function ExchangeDetail(props: ExchangeDetailProps) {
  const { exchange, reader, onClose, className = '' } = props
  const { server, operation, kind, id, durationMs, entries, entryCount } = exchange
  return (
    <section
      aria-label="Exchange"
      className={`overflow-auto border-line p-3 ${className}`}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose()
      }}
    >
      <header className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-semibold wrap-anywhere">
            {server} {operation}
          </h2>
          <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
            <Status exchange={exchange} />
            {durationMs !== undefined && <span>{formatMs(durationMs)}</span>}
            <code className="wrap-anywhere">{id}</code>
          </p>
        </div>
        <IconButton icon="close" label="Close the exchange" onClick={onClose} />
      </header>
      {reader === undefined ? (
        <p className="mt-2 text-sm text-warn">
          The session manager was restarted and no longer has the contents of this exchange.
        </p>
      ) : (
        <>
          {kind === 'request' && <SendAgain exchange={exchange} key={id} reader={reader} />}
          {entries.map((seq) => (
            <EntryContent key={seq} reader={reader} seq={seq} />
          ))}
          {entryCount > entries.length && (
            <p className="mt-2 text-sm text-muted">
              {entryCount - entries.length} further entries belong to this exchange. The export has
              the first and the last ones.
            </p>
          )}
        </>
      )}
    </section>
  )
}
