import type { ActivityEntry } from '@mcp/protocol/rest'
import { useQuery } from '@tanstack/react-query'

import { Button } from '../../elements/button.tsx'
import { CopyButton } from '../../elements/copy-button.tsx'
import { download } from '../../elements/download.ts'
import { Problem } from '../../elements/problem.tsx'

/** Maximum length of a content that is shown, in characters. */
const maxShown = 200_000

export interface EntryReader {
  /** Distinguishes the entries of sessions and files. */
  readonly id: string
  readonly read: (seq: number) => Promise<ActivityEntry>
}

/** An entry with its whole content. */
export function useEntry(reader: EntryReader, seq: number | undefined) {
  return useQuery({
    queryKey: ['activity', reader.id, seq],
    queryFn: () => (seq === undefined ? null : reader.read(seq)),
    enabled: seq !== undefined,
    staleTime: Infinity,
    // Contents may be large, so they are not kept for long.
    gcTime: 10_000,
  })
}

/** The content of an entry as raw JSON. */
export function EntryContent({
  reader,
  seq,
}: {
  readonly reader: EntryReader
  readonly seq: number
}) {
  const { data, error } = useEntry(reader, seq)
  if (error !== null) return <Problem error={error} />
  if (data === undefined || data === null) return <p className="text-muted">Loading…</p>
  const { kind, from, at, content, status } = data
  const text = content === undefined ? undefined : JSON.stringify(content, null, 2)
  return (
    <article className="mt-3">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm font-medium text-muted">
          {kind} from {from}, {new Date(at).toLocaleTimeString()}
          {status !== undefined && `, ${status}`}
        </h3>
        {text !== undefined && <CopyButton label={`Copy the ${kind}`} text={text} />}
      </div>
      {text === undefined ? (
        <p className="text-sm text-muted">
          Its content was not recorded. Contents are recorded from the first time that the activity
          is shown.
        </p>
      ) : (
        <Content kind={kind} seq={seq} text={text} />
      )}
    </article>
  )
}

function Content({
  kind,
  seq,
  text,
}: {
  readonly kind: string
  readonly seq: number
  readonly text: string
}) {
  return (
    <>
      <pre
        aria-label={`Content of the ${kind}`}
        className="mt-1 max-h-96 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs whitespace-pre-wrap wrap-anywhere"
        role="region"
        // A region that scrolls must be reachable with the keyboard.
        tabIndex={0}
      >
        {text.slice(0, maxShown)}
      </pre>
      {text.length > maxShown && (
        <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-warn">
          Cut after {maxShown.toLocaleString('en')} of {text.length.toLocaleString('en')}{' '}
          characters.
          <Button
            icon="download"
            onClick={() => download(`activity-${seq}.json`, text, 'application/json')}
          >
            Save all of it
          </Button>
        </p>
      )}
    </>
  )
}
