import { serialize } from 'node:v8'

import { McpError } from '@mcp/protocol'
import { afterAll, describe, expect, it } from 'vitest'

import { failure, fixture } from '../fixtures/open-sandbox.ts'
import { startProcess, startThread } from '../long-lived/worker-channel.ts'
import { linkWorker } from '../long-lived/worker-link.ts'
import { createSandbox } from '../sandbox.ts'
import { frameHeader } from './frame-reader.ts'

const encodeFrame = (message: Uint8Array) => Buffer.concat([frameHeader(message), message])
const endlessLength = new Uint8Array(4).fill(0xff)

const cases: readonly (readonly [string, Uint8Array])[] = [
  ['a frame beyond the limit', endlessLength],
  ['an empty frame', encodeFrame(new Uint8Array())],
  ['bytes that are not serialized', encodeFrame(new TextEncoder().encode('{"type":"result"}'))],
  // The channel of Node's `fork` throws for such a host object in the process that receives it.
  ['an unknown host object', encodeFrame(Uint8Array.from([0xff, 0x0f, 0x5c, 0x63]))],
  ['a message of an unknown type', encodeFrame(serialize({ type: 'other' }))],
  ['a message without a type', encodeFrame(serialize(null))],
  ['a second `ready`', encodeFrame(serialize({ type: 'ready' }))],
]

/** A thread has no bytes of its own on its channel: Node serializes what it posts. */
const invalidMessages: readonly (readonly [string, unknown])[] = [
  ['a text', 'result'],
  ['a message without an id', { type: 'result', value: new Uint8Array() }],
  ['a message without a value', { id: 1, type: 'result' }],
]

const worker = fixture('invalid-bytes-worker')
const sandbox = createSandbox({ worker, maxConcurrent: 1, timeoutMs: 20_000 })
afterAll(() => sandbox.close())

describe.each(cases)('%s on the channel', (_name, bytes) => {
  it('fails only the job of that worker', async () => {
    const error = await failure(sandbox.run('write', bytes))
    expect(error.code).toBe('internal')
    expect(error.cause).toMatchObject({ message: expect.stringContaining('an invalid message') })
    expect(await sandbox.run('echo', 'next')).toBe('next')
  })

  it('fails only the calls of that long-lived worker', async () => {
    const exitError = ({ reason, text }: { reason: string; text: string }) =>
      new McpError('unavailable', `${reason}: ${text}`)
    const channel = startProcess(fixture('methods-worker').href, { maxMemoryMb: 64 })
    const link = linkWorker<{ write(bytes: Uint8Array): void }>(channel, exitError)
    await expect(link.call('write', bytes)).rejects.toThrow('exit: it sent an invalid message')
    await link.terminate()
  })
})

it.each(invalidMessages)(
  '%s of a long-lived thread fails only its calls',
  async (_name, message) => {
    const exitError = ({ reason, text }: { reason: string; text: string }) =>
      new McpError('unavailable', `${reason}: ${text}`)
    const link = linkWorker<{ post(message: unknown): void }>(
      startThread(fixture('methods-worker').href),
      exitError,
    )
    await expect(link.call('post', message)).rejects.toThrow('The worker sent an invalid message')
    expect(link.alive).toBe(false)
    await link.terminate()
  },
)

it('receives a message in chunks of any size', async () => {
  const sizes = [0, 1, 3, 65_535, 65_536, 1_000_000, 4_000_000]
  for (const size of sizes) {
    expect(await sandbox.run('echo', 'x'.repeat(size))).toHaveLength(size)
  }
})
