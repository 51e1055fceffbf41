import { describe, expect, it } from 'vitest'

import { extracted } from '../fixtures/extract.ts'

describe('JSON', () => {
  const contentType = 'application/problem+json'

  it('passes as it came', async () => {
    const text = '{\n  "a": [1, 2.50]\n}\n'
    expect(await extracted(text, { contentType, format: 'json' })).toEqual({
      contentType,
      charset: 'utf-8',
      content: text,
    })
  })

  it('is the sender’s fault when it is none', async () => {
    await expect(extracted('{"a":', { contentType, format: 'json' })).rejects.toMatchObject({
      code: 'upstream-error',
      retryable: false,
      details: { reason: 'invalid-json' },
    })
  })

  it('can still be had as text when it is none', async () => {
    expect(await extracted('{"a":', { contentType, format: 'text' })).toMatchObject({
      content: '{"a":',
    })
  })

  it('is the caller’s mistake when the content is a page', async () => {
    await expect(extracted('<p>Hello</p>', { format: 'json' })).rejects.toMatchObject({
      code: 'invalid-params',
      message: 'The content is text/html, which cannot be given as json. Ask for text.',
      details: { reason: 'wrong-format' },
    })
  })

  it('is refused when it nests too deep to be walked', async () => {
    await expect(
      extracted('['.repeat(100_000), { contentType, format: 'json' }),
    ).rejects.toMatchObject({ code: 'payload-too-large' })
  })

  it('is refused when it is too long, since half of it is none', async () => {
    const long = JSON.stringify('x'.repeat(4_000_000))
    await expect(extracted(long, { contentType, format: 'json' })).rejects.toMatchObject({
      code: 'payload-too-large',
      details: { reason: 'content-too-large' },
    })
  })
})

describe('text', () => {
  it('passes, and a selector says that it was of no use', async () => {
    const changes = { contentType: 'text/plain', extract: { selector: 'p' } }
    expect(await extracted('just <p>text</p>', changes)).toEqual({
      contentType: 'text/plain',
      charset: 'utf-8',
      content: 'just <p>text</p>',
      note: 'The selector was not used: the content is text/plain.',
    })
  })

  it('is cut between characters, and the note says so', async () => {
    const text = `a${'😀'.repeat(2_100_000)}`
    const { charset, content, note } = await extracted(text, { contentType: 'text/plain' })
    expect(charset).toBe('utf-8')
    expect(content.isWellFormed()).toBe(true)
    expect(note).toBe('Only the first 4000000 of 4200001 characters are given.')
  })

  it.each(['html', 'links'] as const)('cannot be given as %s', async (format) => {
    await expect(extracted('text', { contentType: 'text/plain', format })).rejects.toMatchObject({
      code: 'invalid-params',
      details: { reason: 'wrong-format' },
    })
  })

  it('passes as XML does, such as a feed', async () => {
    const feed = '<?xml version="1.0" encoding="iso-8859-1"?><rss><title>Caf\u00E9</title></rss>'
    expect(
      await extracted(Buffer.from(feed, 'latin1'), { contentType: 'application/rss+xml' }),
    ).toEqual({ contentType: 'application/rss+xml', charset: 'windows-1252', content: feed })
  })
})

describe('bytes', () => {
  const image = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

  it('are given in base64, with the type they look like when none was said', async () => {
    expect(await extracted(image, { contentType: undefined, format: 'bytes' })).toEqual({
      contentType: 'image/png',
      content: image.toString('base64'),
    })
  })

  it('are all that an image can be given as', async () => {
    await expect(extracted(image, { contentType: 'image/png' })).rejects.toMatchObject({
      code: 'invalid-params',
      message: 'The content is image/png, which cannot be given as markdown. Ask for bytes.',
    })
  })
})

it.each(['markdown', 'text', 'html', 'json', 'bytes', 'links'] as const)(
  'is never an empty success: nothing, as %s',
  async (format) => {
    expect(await extracted('', { format })).toMatchObject({
      content: '',
      emptyReason: 'empty-answer',
      note: 'The answer has no content at all.',
    })
  },
)
