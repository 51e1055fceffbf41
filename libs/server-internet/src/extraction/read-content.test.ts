import { describe, expect, it } from 'vitest'

import { extracted } from '../fixtures/extract.ts'

describe('JSON', () => {
  const contentType = 'application/problem+json'

  it('is returned unchanged', async () => {
    const text = '{\n  "a": [1, 2.50]\n}\n'
    expect(await extracted(text, { contentType, format: 'json' })).toEqual({
      contentType,
      charset: 'utf-8',
      content: text,
    })
  })

  it('is an upstream error if it is malformed', async () => {
    await expect(extracted('{"a":', { contentType, format: 'json' })).rejects.toMatchObject({
      code: 'upstream-error',
      retryable: false,
      details: { reason: 'invalid-json' },
    })
  })

  it('is available as text if it is malformed', async () => {
    expect(await extracted('{"a":', { contentType, format: 'text' })).toMatchObject({
      content: '{"a":',
    })
  })

  it('is an invalid param if the content is a page', async () => {
    await expect(extracted('<p>Hello</p>', { format: 'json' })).rejects.toMatchObject({
      code: 'invalid-params',
      message: 'The content is text/html, which cannot be converted to json. Use the format text.',
      details: { reason: 'wrong-format' },
    })
  })

  it('is refused if it nests too deep', async () => {
    await expect(
      extracted('['.repeat(100_000), { contentType, format: 'json' }),
    ).rejects.toMatchObject({ code: 'payload-too-large' })
  })

  it('is refused if it is too long, since a part of it is not valid JSON', async () => {
    const long = JSON.stringify('x'.repeat(4_000_000))
    await expect(extracted(long, { contentType, format: 'json' })).rejects.toMatchObject({
      code: 'payload-too-large',
      details: { reason: 'content-too-large' },
    })
  })
})

describe('text', () => {
  it('is returned, with a note that the selector was ignored', async () => {
    const changes = { contentType: 'text/plain', extract: { selector: 'p' } }
    expect(await extracted('just <p>text</p>', changes)).toEqual({
      contentType: 'text/plain',
      charset: 'utf-8',
      content: 'just <p>text</p>',
      note: 'The selector was ignored: the content is text/plain.',
    })
  })

  it('is truncated between characters, with a note', async () => {
    const text = `a${'😀'.repeat(2_100_000)}`
    const { charset, content, note } = await extracted(text, { contentType: 'text/plain' })
    expect(charset).toBe('utf-8')
    expect(content.isWellFormed()).toBe(true)
    expect(note).toBe('Only the first 4000000 of 4200001 characters are included.')
  })

  it.each(['html', 'links'] as const)('cannot be converted to %s', async (format) => {
    await expect(extracted('text', { contentType: 'text/plain', format })).rejects.toMatchObject({
      code: 'invalid-params',
      details: { reason: 'wrong-format' },
    })
  })

  it('includes XML, such as a feed', async () => {
    const feed = '<?xml version="1.0" encoding="iso-8859-1"?><rss><title>Caf\u00E9</title></rss>'
    expect(
      await extracted(Buffer.from(feed, 'latin1'), { contentType: 'application/rss+xml' }),
    ).toEqual({ contentType: 'application/rss+xml', charset: 'windows-1252', content: feed })
  })
})

describe('bytes', () => {
  const image = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

  it('are returned in base64, with the detected type if the header is absent', async () => {
    expect(await extracted(image, { contentType: undefined, format: 'bytes' })).toEqual({
      contentType: 'image/png',
      content: image.toString('base64'),
    })
  })

  it('are the only format of an image', async () => {
    await expect(extracted(image, { contentType: 'image/png' })).rejects.toMatchObject({
      code: 'invalid-params',
      message:
        'The content is image/png, which cannot be converted to markdown. Use the format bytes.',
    })
  })
})

it.each(['markdown', 'text', 'html', 'json', 'bytes', 'links'] as const)(
  'reports a reason for an empty response as %s',
  async (format) => {
    expect(await extracted('', { format })).toMatchObject({
      content: '',
      emptyReason: 'empty-answer',
      note: 'The response is empty.',
    })
  },
)
