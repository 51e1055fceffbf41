import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { isRecord } from '@mcp/protocol'
import { beforeAll, describe, expect, it } from 'vitest'

const gibibyte = 1024 ** 3

/** Reads a huge file in a separate process, so that nothing else affects the memory measurement. */
async function readHugeFile(): Promise<Record<string, unknown>> {
  const script = join(import.meta.dirname, '..', 'fixtures', 'read-huge-file.ts')
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--conditions=@mcp/source', script])
  const measured: unknown = JSON.parse(stdout)
  return isRecord(measured) ? measured : {}
}

describe('a file of 1 GiB', () => {
  let measured: Record<string, unknown>
  beforeAll(async () => {
    measured = await readHugeFile()
  }, 120_000)

  it('is read by range and by lines with less than 100 MiB of memory', () => {
    expect(measured['growthMb']).toBeLessThan(100)
  })

  it('never blocks the event loop for 50 ms', () => {
    expect(measured['maxBlockingMs']).toBeLessThan(50)
  })

  it('returns the requested part and its position', () => {
    const half = gibibyte / 2
    expect(measured).toMatchObject({
      middle: { text: '\0\0\0\0', part: { start: half, end: half + 4, truncated: false } },
      end: { text: 'last\n', part: { start: gibibyte - 5, end: gibibyte, truncated: false } },
      whole: { text: 'first\nsecond\n\0\0\0', part: { start: 0, end: 16, truncated: true } },
      beginning: { text: 'first\n', lines: { start: 1, end: 1 }, part: { start: 0, end: 6 } },
      lastLines: {
        text: 'last but one\nlast\n',
        lines: { start: 4, end: 5 },
        part: { start: gibibyte - 18, end: gibibyte, truncated: false },
      },
      longLine: {
        blob: Buffer.alloc(16).toString('base64'),
        lines: { start: 3, end: 3 },
        part: { start: 13, end: 29, truncated: true },
      },
      lineOfMany: { lines: { start: 60_000, end: 60_000 }, part: { start: 59_999 * 1024 } },
      found: { items: [{ uri: 'file:///huge.log', matches: [{ line: 2, text: 'second' }] }] },
    })
  })
})
