import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

/** An event whose data was JSON. */
export interface ReadEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: unknown
}

/** The events of a response, one after another; leaving the loop leaves the stream. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  const waiting: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => waiting.push(message) })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    for (const { id, event, data } of waiting.splice(0)) yield { id, event, data: JSON.parse(data) }
  }
}

/** The next events of a stream that stays open. */
export async function takeEvents(
  events: AsyncGenerator<ReadEvent>,
  count: number,
): Promise<ReadEvent[]> {
  const taken: ReadEvent[] = []
  while (taken.length < count) {
    const next = await events.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
