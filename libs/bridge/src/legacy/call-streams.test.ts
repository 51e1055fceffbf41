import { createHeartbeats } from '@mcp/http'
import type { ByteSink } from '@mcp/http'
import { systemClock } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { RpcId } from '../rpc/rpc-message.ts'
import type { CallStream } from './call-stream.ts'
import { createCallStream } from './call-stream.ts'
import { createCallStreams } from './call-streams.ts'

const heartbeats = createHeartbeats(systemClock)

/** Creates the streams of calls, with functions that run the timers and end a session. */
function createStreams() {
  const timers = new Set<() => void>()
  const clock = {
    ...systemClock,
    after(_ms: number, run: () => void) {
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
  let endSession = (_id: string): void => {}
  const streams = createCallStreams({
    clock,
    sessionManager: {
      onSessionEnded(listener) {
        endSession = listener
        return () => {}
      },
    },
  })
  function add(session: string, requestId: RpcId = 1): CallStream {
    const stream = createCallStream({
      requestIds: [requestId],
      clock,
      heartbeats,
      maxBufferedBytes: 1024,
      headers: {},
      isPrimed: true,
      onDelivered: (id) => streams.remove(id),
      onAbandoned: () => {},
    })
    streams.add(session, stream)
    return stream
  }
  function complete(session: string, message: string): CallStream {
    const stream = add(session)
    stream.end(message)
    streams.ended(stream.id)
    return stream
  }
  return {
    streams,
    add,
    complete,
    endSession: (id: string) => endSession(id),
    elapse: () => {
      for (const run of timers) run()
    },
  }
}

/** Reads the stream of a `Last-Event-ID` to its end. */
function read(streams: ReturnType<typeof createStreams>['streams'], id: string, session = 'ses-1') {
  const stream = streams.find(session, id)
  if (stream === undefined) return undefined
  let text = ''
  let isEnded = false
  const sink: ByteSink = {
    write(bytes) {
      text += new TextDecoder().decode(bytes)
      return 0
    },
    end() {
      isEnded = true
    },
    destroy() {},
  }
  stream(sink)()
  return { text, isEnded }
}

it('drops the oldest messages of a call whose client is away, and not the response', () => {
  const { streams, add } = createStreams()
  const stream = add('ses-1')
  for (let index = 0; index < 100_000; index++) stream.send(`"progress ${index}"`)
  stream.end('"the response"')
  streams.ended(stream.id)
  expect(stream.retainedCharacters).toBeLessThanOrEqual(128 * 1024)
  const resumed = read(streams, `${stream.id}_0`)
  expect(resumed?.text).toContain('"progress 99999"')
  expect(resumed?.text).toContain('"the response"')
  expect(resumed?.text).not.toContain('"progress 9"')
  expect(resumed?.isEnded).toBe(true)
  expect(streams.size).toBe(0)
})

it('keeps a response of any size', () => {
  const { streams, complete } = createStreams()
  const stream = complete('ses-1', 'x'.repeat(4_000_000))
  expect(read(streams, `${stream.id}_0`)?.text.length).toBeGreaterThan(4_000_000)
})

it('retains the latest 16 completed calls of a session', () => {
  const { streams, complete } = createStreams()
  const calls = Array.from({ length: 20 }, () => complete('ses-1', '"done"'))
  complete('ses-2', '"done"')
  expect(streams.size).toBe(17)
  expect(read(streams, `${calls[3]?.id}_0`)?.text).toContain('outcome-unknown')
  expect(read(streams, `${calls[4]?.id}_0`)?.text).toContain('"done"')
})

it('retains at most 4 MiB of a session, and 64 MiB in total', () => {
  const { streams, complete } = createStreams()
  for (let session = 0; session < 20; session++) {
    for (let call = 0; call < 8; call++) complete(`ses-${session}`, 'x'.repeat(1_000_000))
  }
  expect(streams.size).toBe(67)
})

it('deletes the messages of a completed call after a minute', () => {
  const { streams, complete, elapse } = createStreams()
  complete('ses-1', '"done"')
  elapse()
  expect(streams.size).toBe(0)
})

it('deletes the messages of all calls of a session that ends', () => {
  const { streams, add, complete, endSession } = createStreams()
  complete('ses-1', '"done"')
  add('ses-1')
  add('ses-2')
  endSession('ses-1')
  expect(streams.size).toBe(1)
})

it.each([7, 'a_b/ü', '', '\ud800'])('responds to a lost call with the id %j', (requestId) => {
  const before = createStreams().add('ses-1', requestId)
  const resumed = read(createStreams().streams, `${before.id}_3`)
  expect(resumed?.isEnded).toBe(true)
  const data = /^data: (.*)$/m.exec(resumed?.text ?? '')?.[1] ?? ''
  const id = typeof requestId === 'string' ? requestId.toWellFormed() : requestId
  expect(JSON.parse(data)).toMatchObject({ id, error: { data: { reason: 'outcome-unknown' } } })
})

it('does not resume a call of another session', () => {
  const { streams, complete } = createStreams()
  const { id } = complete('ses-2', '"done"')
  expect(read(streams, `${id}_0`)?.text).not.toContain('"done"')
})

it.each(['17', '', 'call-x', 'call-x_y', 'call-x.%_1', 'call-x.{}_1', 'x_1'])(
  'does not take %j for the id of a call that can be resumed',
  (id) => {
    expect(read(createStreams().streams, id)).toBeUndefined()
  },
)
