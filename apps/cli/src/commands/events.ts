import { parseJson } from '@mcp/protocol/light'

import { unreachableError } from '../output/exit-codes.ts'
import { toPlainJson } from '../output/terminal-text.ts'
import { hubError } from '../remote/connection.ts'
import { readEvents } from '../remote/read-events.ts'
import type { RemoteCommand } from './run-remote.ts'

export const events: RemoteCommand = {
  name: 'events',
  description:
    'Prints the notifications of the session, one JSON object per line, until it is interrupted.',
  values: { after: 'Position of the last notification that is not printed.' },
  flags: { follow: 'The default: waits for further notifications.' },
  async run({ connect, output, signal, values }) {
    const connection = await connect()
    const { after } = values
    const headers = {
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': after }),
    }
    const response = await connection.send('GET', '/events', { headers, signal })
    if (response.status !== 200) {
      throw hubError(response.status, parseJson(await response.text()), new URL(connection.url))
    }
    output.note('Connected. Waiting for notifications.')
    let position = after
    for await (const { id, event, data } of readEvents(response.chunks)) {
      position = id ?? position
      if (event !== 'stream-open') output.text(`${toPlainJson(parseJson(data))}\n`)
    }
    const resume = position === undefined ? '' : ` Continue with --after ${position}.`
    throw unreachableError(`The hub ended the stream.${resume}`)
  },
}
