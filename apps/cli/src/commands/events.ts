import { toPlainJson } from '../output/terminal-text.ts'
import { createRest, follow } from '../remote/create-rest.ts'
import type { RemoteCommand } from './run-remote.ts'

export const events: RemoteCommand = {
  name: 'events',
  description:
    'Prints the notifications of the session, one JSON object per line, until it is interrupted. It connects again if the connection is lost.',
  values: { after: 'Position of the last notification that is not printed.' },
  flags: { follow: 'The default: waits for further notifications.' },
  async run({ connect, output, signal, values }) {
    const rest = createRest(await connect())
    let position = values['after']
    const entries = follow(
      (options) => rest.stream({ ...options, session: true, after: position }),
      {
        signal,
        onOpen: () => output.note('Connected. Waiting for notifications.'),
        onLost: () => output.note('The connection was lost. Connecting again.'),
      },
    )
    try {
      for await (const entry of entries) {
        position = entry.position ?? position
        if (entry.source === 'session' && entry.notification.type !== 'stream-open') {
          output.text(`${toPlainJson(entry.notification)}\n`)
        }
      }
    } finally {
      if (position !== undefined) output.note(`Continue with --after "${position}".`)
    }
  },
}
