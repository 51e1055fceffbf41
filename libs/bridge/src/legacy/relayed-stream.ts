import type { IncomingCall, ReplicaCalls } from '@mcp/concurrency'
import { createEventWriter } from '@mcp/http'
import type { EventWriter, Heartbeats } from '@mcp/http'
import type { Clock } from '@mcp/protocol'

import type { ResumableStream } from './call-streams.ts'

/**
 * Sends the events of a stream of this process to another process. Resolves when the stream ends or the other
 * process cancels the call.
 */
export function relayStream(
  stream: ResumableStream,
  { send, signal }: IncomingCall,
): Promise<void> {
  return new Promise((resolve) => {
    const decoder = new TextDecoder()
    const disconnect = stream({
      write(bytes) {
        send(decoder.decode(bytes))
        // The other process limits the bytes that wait for the reader. This process keeps none of them.
        return 0
      },
      end: resolve,
      destroy: resolve,
    })
    signal.addEventListener('abort', () => {
      disconnect()
      resolve()
    })
  })
}

export interface RelayedStreamOptions {
  readonly calls: ReplicaCalls
  readonly clock: Clock
  readonly heartbeats: Heartbeats
  readonly maxBufferedBytes: number
}

/**
 * Time in which the response must start, in milliseconds. If the client disconnects before the response starts,
 * nothing else would end the call to the other process.
 */
const startMs = 10_000

/** Requests the stream of a call from the process that has it. Returns undefined if none has it. */
export async function createRelayedStream(
  params: { readonly sessionId: string; readonly lastEventId: string },
  { calls, clock, heartbeats, maxBufferedBytes }: RelayedStreamOptions,
): Promise<ResumableStream | undefined> {
  const closing = new AbortController()
  const encoder = new TextEncoder()
  let waiting: Uint8Array[] = []
  let writer: EventWriter | undefined
  const accepted = await calls.call('resume-call', params, {
    signal: closing.signal,
    onMessage(text) {
      const bytes = encoder.encode(String(text))
      if (writer === undefined) waiting.push(bytes)
      else writer.write(bytes)
    },
  })
  if (accepted === undefined) return undefined
  const stopTimer = clock.after(startMs, () => closing.abort())
  return (sink) => {
    stopTimer()
    const opened = createEventWriter(sink, {
      clock,
      heartbeats,
      maxBufferedBytes,
      onClose: () => closing.abort(),
    })
    writer = opened
    for (const bytes of waiting) opened.write(bytes)
    waiting = []
    const end = (): void => opened.end()
    // If the other process ends, the client resumes again, and receives the error of a lost call.
    accepted.result.then(end, end)
    return opened.disconnect
  }
}
