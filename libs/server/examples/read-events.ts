import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

/** A server-sent event with its data parsed as JSON. */
export interface ReadEvent {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: unknown
}

/** Yields the events of a response. Leaving the loop cancels the stream. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  const buffered: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => buffered.push(message) })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    for (const { id, event, data } of buffered.splice(0))
      yield { id, event, data: JSON.parse(data) }
  }
}

/** Returns the next `count` events, or fewer if the stream ends. */
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
