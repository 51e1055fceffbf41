import { expect, it } from 'vitest'

import { extracted } from '../fixtures/extract.ts'
import { smallPdf } from '../fixtures/small-pdf.ts'

const contentType = 'application/pdf'

it.each(['markdown', 'text'] as const)(
  'returns the text of a PDF page by page, as %s',
  async (format) => {
    const pdf = smallPdf(['Hello from page one', 'And from page two'], 'Two pages')
    expect(await extracted(pdf, { contentType, format })).toEqual({
      contentType,
      title: 'Two pages',
      byline: 'Ada Example',
      language: 'en',
      content: 'Hello from page one\n\nAnd from page two',
    })
  },
)

it('reports that a PDF of scanned pages contains no text', async () => {
  expect(await extracted(smallPdf([''], 'Scan'), { contentType })).toMatchObject({
    content: '',
    emptyReason: 'no-text',
    note: 'The PDF contains no text. Its pages may be images.',
  })
})

it('reports that an invalid PDF cannot be read', async () => {
  const pdf = new TextEncoder().encode('%PDF-1.4\nnot really')
  await expect(extracted(pdf, { contentType })).rejects.toMatchObject({
    code: 'upstream-error',
    message: 'The PDF cannot be read. Use the format bytes for the original file.',
    details: { reason: 'invalid-pdf' },
  })
})

it('reports that a PDF is protected by a password', async () => {
  const secret = `<${'ab'.repeat(32)}>`
  const security = `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${secret} /U ${secret} /P -4 >>`
  await expect(
    extracted(smallPdf(['x'], 'Locked', security), { contentType }),
  ).rejects.toMatchObject({
    code: 'upstream-error',
    message: 'The PDF is protected by a password. Use the format bytes for the original file.',
  })
})

it.each(['html', 'links', 'json'] as const)('refuses to convert a PDF to %s', async (format) => {
  await expect(extracted(smallPdf(['x'], 't'), { contentType, format })).rejects.toMatchObject({
    code: 'invalid-params',
    details: { reason: 'wrong-format' },
  })
})
