import { McpError } from '@mcp/protocol'
import { expectSteadyLoop } from '@mcp/testing'
import { afterAll, describe, expect, it } from 'vitest'

import { extractRequest } from '../fixtures/extract.ts'
import { createInternetSandbox } from '../internet-sandbox.ts'
import type { Extraction, ExtractRequest } from './extraction.ts'
import { createExtractor } from './extractor.ts'
import { maxContentCharacters } from './html/page-limits.ts'

const extractor = createExtractor(createInternetSandbox({ timeoutMs: 60_000 }))
const open = new AbortController().signal

afterAll(() => extractor.close())

function extract(
  content: string | Uint8Array,
  changes: Partial<ExtractRequest> = {},
): Promise<Extraction> {
  return extractor.extract(extractRequest(content, changes), { signal: open })
}

function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  )
}

const deep = `${'<div>'.repeat(20_000)}<p>Words in the deep.</p>${'</div>'.repeat(20_000)}`
const paragraph =
  '<p class="x">A paragraph with a <a href="/x">link</a>, some words and then a few more.</p>'
const large = `<html><body><article>${paragraph.repeat(Math.ceil((50 * 2 ** 20) / paragraph.length))}</article></body></html>`
const manyAttributes = `<div ${Array.from({ length: 100_000 }, (_, at) => `data-a${at}="${at}"`).join(' ')}><p>Words.</p></div>`
const tables = `<table>${'<tr><td>1</td><td>a|b</td></tr>'.repeat(20_000)}</table>`
const wide = `<table><tr>${'<td colspan="1000" rowspan="65534">x</td>'.repeat(10_000)}</tr><tr><td>y</td></tr></table>`
const malformed = `<p><b><i>one</b> two<table><td>three<div></table></p><a href='x"y>four</a><//p><!-><![CDATA[<p>five`

describe.each(['article', 'full'] as const)(
  'reading pathological pages as %s',
  { timeout: 60_000 },
  (part) => {
    it('keeps the text of a page that nests 20,000 elements deep', async () => {
      expect(await extract(deep, { extract: part })).toMatchObject({
        content: 'Words in the deep.',
      })
    })

    it('reads the beginning of 50 MB, and adds a note', async () => {
      const { content, note } = await extract(large, { extract: part })
      expect(content).toContain(
        'A paragraph with a [link](https://example.com/x), some words and then a few more.',
      )
      expect(note).toContain('The page is very large: only its beginning was read')
      expect(note).toContain('Only the first 16777216 of')
    })

    it('reads an element of 100,000 attributes', async () => {
      expect(await extract(manyAttributes, { extract: part })).toMatchObject({ content: 'Words.' })
    })

    it('reads the beginning of a huge table', async () => {
      const { content, note } = await extract(tables, { extract: part })
      expect(content.slice(0, 47)).toBe('|  |  |\n| --- | --- |\n| 1 | a\\|b |\n| 1 | a\\|b |')
      expect(note).toContain('very large')
    })

    it('limits the empty cells of a table', async () => {
      const { content } = await extract(wide, { extract: part })
      expect(content.length).toBeLessThan(wide.length / 2)
    })

    it('reads malformed HTML', async () => {
      const { content } = await extract(malformed, { extract: part })
      expect(content).toContain('one')
      expect(content).toContain('three')
    })
  },
)

/** Returns the time that a copy of the part of a page that is read takes, in milliseconds. */
function copyMs(page: string): number {
  const part = page.slice(0, maxContentCharacters)
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    structuredClone(part)
    return performance.now() - start
  })
  return Math.max(...times)
}

it.each([
  ['20,000 elements deep', deep],
  ['of 50 MB', large],
  ['of 100,000 attributes', manyAttributes],
  ['of huge tables', tables],
] as const)(
  'does not block the event loop for a page %s',
  async (_shape, page) => {
    const request = extractRequest(page, { format: 'text' })
    // The text is copied for the worker. On a virtual machine whose host has taken back free memory, a copy
    // of 4 MB took 50 ms in place of 3, so the limit includes what copies take on this machine.
    const maxMs = 50 + 3 * copyMs(page)
    const work = expectSteadyLoop(() => extractor.extract(request, { signal: open }), { maxMs })
    await expect(work).resolves.toBeUndefined()
  },
  60_000,
)

describe('limits', () => {
  it('reports a timeout, and reads the next page', async () => {
    const own = createExtractor(createInternetSandbox({ timeoutMs: 3_000 }))
    const endless = extractRequest('<i>a</i>'.repeat(5_000), {
      extract: { selector: 'i:not(b ~ i ~ i ~ i ~ i)' },
    })
    expect(await failure(own.extract(endless, { signal: open }))).toMatchObject({
      code: 'timeout',
      details: { limitMs: 3_000 },
    })
    expect(await own.extract(extractRequest('<p>Next</p>'), { signal: open })).toMatchObject({
      content: 'Next',
    })
    await own.close()
  })

  it('reports that the content is too large if it exceeds the memory limit', async () => {
    const own = createExtractor(createInternetSandbox({ maxMemoryMb: 48, timeoutMs: 60_000 }))
    const request = extractRequest(large, { extract: 'article' })
    const error = await failure(own.extract(request, { signal: open }))
    expect(error).toMatchObject({
      code: 'payload-too-large',
      details: { reason: 'memory-limit' },
    })
    await own.close()
  })

  it.each(['bytes', 'json'] as const)('refuses %s beyond the maximum size', async (format) => {
    const request = { contentType: 'application/json', format }
    expect(await failure(extract(new Uint8Array(17 * 2 ** 20), request))).toMatchObject({
      code: 'payload-too-large',
      details: { reason: 'content-too-large', maxBytes: 16_777_216 },
    })
  })

  it('stops when the caller aborts', async () => {
    const leaving = new AbortController()
    const work = failure(
      extractor.extract(extractRequest(large, { extract: 'article' }), { signal: leaving.signal }),
    )
    leaving.abort()
    expect(await work).toMatchObject({ code: 'cancelled' })
  })

  it('refuses jobs after it is closed', async () => {
    const own = createExtractor(createInternetSandbox())
    await own.extract(extractRequest('<p>One</p>'), { signal: open })
    await own.close()
    const error = await failure(own.extract(extractRequest('<p>Two</p>'), { signal: open }))
    expect(McpError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'unavailable' })
  })
})

describe('small texts', () => {
  const inPlace = createExtractor({
    run: () => Promise.reject(new Error('A worker was called.')),
    close: () => Promise.resolve(),
  })

  function extractInPlace(content: string): Promise<Extraction> {
    const request = { contentType: 'application/json', format: 'json' } as const
    return inPlace.extract(extractRequest(content, request), { signal: open })
  }

  it('are read without the sandbox', async () => {
    expect(await extractInPlace('{"a":1}')).toEqual({
      contentType: 'application/json',
      charset: 'utf-8',
      content: '{"a":1}',
    })
  })

  it('do not block the event loop up to the inline limit', async () => {
    const maxBlockedMs = `[${'[{},{}],'.repeat(8_100)}{}]`
    const work = expectSteadyLoop(() => extractInPlace(maxBlockedMs), { maxMs: 20 })
    await expect(work).resolves.toBeUndefined()
    await expect(extractInPlace(`${maxBlockedMs}${' '.repeat(1_000)}`)).rejects.toThrow('worker')
  })
})
