import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'

import { rest } from '../data/rest.ts'
import { IconButton } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import { views } from '../frame/views.ts'
import type { Exchange } from './exchange.ts'

/** Maximum length of a content that is shown. */
const maxShown = 200_000

/** All entries of an exchange with their contents as JSON. */
export function ExchangeDetail({
  exchange,
  onClose,
}: {
  readonly exchange: Exchange
  readonly onClose: () => void
}) {
  const { server, operation, kind, entries } = exchange
  const hasConsole = views.some(({ id }) => id === 'console')
  return (
    <section
      aria-label="Exchange"
      className="max-h-[50%] overflow-auto border-t border-line p-3 lg:max-h-none lg:w-[28rem] lg:shrink-0 lg:border-t-0 lg:border-l"
    >
      <header className="flex items-start justify-between gap-2">
        <h2 className="font-semibold wrap-anywhere">
          {server} {operation}
        </h2>
        <IconButton icon="close" label="Close the exchange" onClick={onClose} />
      </header>
      {kind === 'request' && server !== undefined && hasConsole && (
        <Link className="text-accent underline" href={link('console', server, operation)}>
          Open in the console
        </Link>
      )}
      {entries.map((seq) => (
        <EntryContent key={seq} seq={seq} />
      ))}
    </section>
  )
}

function EntryContent({ seq }: { readonly seq: number }) {
  const { data, error } = useQuery({
    queryKey: ['activity', seq],
    queryFn: ({ signal }) => rest.activity.read(seq, { signal }),
    staleTime: Infinity,
  })
  if (error !== null) return <Problem error={error} />
  if (data === undefined) return <p className="text-muted">Loading…</p>
  const text = JSON.stringify(data.content ?? data.preview ?? null, null, 2)
  return (
    <article className="mt-3">
      <h3 className="text-sm font-medium text-muted">
        {data.kind} from {data.from}, {new Date(data.at).toLocaleTimeString()}
      </h3>
      <pre
        aria-label={`Content of the ${data.kind}`}
        className="mt-1 max-h-96 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
        role="region"
        // A region that scrolls must be reachable with the keyboard.
        tabIndex={0}
      >
        {text.slice(0, maxShown)}
      </pre>
      {text.length > maxShown && (
        <p className="text-sm text-warn">
          Cut after {maxShown.toLocaleString()} of {text.length.toLocaleString()} characters. Export
          the activity for the whole content.
        </p>
      )}
    </article>
  )
}
