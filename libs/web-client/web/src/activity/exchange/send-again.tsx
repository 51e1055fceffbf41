import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'

import type { CallRequest } from '../../data/send-call.ts'
import { useCatalogue } from '../../data/queries.ts'
import { rest } from '../../data/rest.ts'
import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { Problem } from '../../elements/problem.tsx'
import { describeResend } from './describe-resend.ts'
import type { EntryReader } from './entry-content.tsx'
import { useEntry } from './entry-content.tsx'
import type { Exchange } from '../log/exchange.ts'
import { formatMs } from './format-ms.ts'

/** Sends the request of an exchange again: unchanged, or edited in the console. */
export function SendAgain({
  exchange,
  reader,
}: {
  readonly exchange: Exchange
  readonly reader: EntryReader
}) {
  const { data: servers } = useCatalogue()
  const { data: entry } = useEntry(reader, exchange.entries[0])
  const [isAsking, setAsking] = useState(false)
  const send = useMutation({
    async mutationFn({ type, payload }: CallRequest) {
      const startedAt = performance.now()
      await rest.requests.send(type, payload)
      return performance.now() - startedAt
    },
  })
  if (servers === undefined || entry === undefined || entry === null) return null
  const resend = describeResend(servers, exchange, entry.content)
  if (resend.type === 'impossible') {
    return <p className="mt-2 text-sm text-muted">{resend.reason}</p>
  }
  const { operation, request, address, note } = resend
  const sendNow = () => {
    setAsking(false)
    if (request !== undefined) send.mutate(request)
  }
  return (
    <div className="mt-2 space-y-1">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          disabled={request === undefined || send.isPending}
          icon="refresh"
          onClick={() => (operation.hints.readOnly ? sendNow() : setAsking(true))}
        >
          {send.isPending ? 'Sending…' : 'Send again'}
        </Button>
        <Link className="text-accent underline" href={address}>
          Edit and send again
        </Link>
      </div>
      {note !== undefined && <p className="text-sm text-muted">{note}</p>}
      {send.error !== null && <Problem error={send.error} />}
      {send.data !== undefined && (
        <output className="block text-sm">
          Sent again in your session: success after {formatMs(send.data)}.
        </output>
      )}
      {isAsking && (
        <Dialog onClose={() => setAsking(false)} title="Send again?">
          <p>
            {operation.title} may change data. The request is sent again with the same arguments, in
            your session.
          </p>
          <div className="mt-3 flex justify-end gap-2">
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button kind="primary" onClick={sendNow}>
              Send again
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}
