import { expect, it } from 'vitest'

import { extracted } from '../fixtures/extract.ts'
import { smallPdf } from '../fixtures/small-pdf.ts'

const contentType = 'application/pdf'

it.each(['markdown', 'text'] as const)(
  'gives the text of a PDF page by page, as %s',
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

it('says that a PDF of scanned pages holds no text', async () => {
  expect(await extracted(smallPdf([''], 'Scan'), { contentType })).toMatchObject({
    content: '',
    emptyReason: 'no-text',
    note: 'The PDF holds no text: its pages are images.',
  })
})

it('says that a PDF which is none cannot be read', async () => {
  const pdf = new TextEncoder().encode('%PDF-1.4\nnot really')
  await expect(extracted(pdf, { contentType })).rejects.toMatchObject({
    code: 'upstream-error',
    message: 'The PDF cannot be read. Ask for bytes to have it as it is.',
    details: { reason: 'invalid-pdf' },
  })
})

it('says that a PDF is locked', async () => {
  const secret = `<${'ab'.repeat(32)}>`
  const security = `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${secret} /U ${secret} /P -4 >>`
  await expect(
    extracted(smallPdf(['x'], 'Locked', security), { contentType }),
  ).rejects.toMatchObject({
    code: 'upstream-error',
    message: 'The PDF is locked with a password. Ask for bytes to have it as it is.',
  })
})

it.each(['html', 'links', 'json'] as const)('does not give a PDF as %s', async (format) => {
  await expect(extracted(smallPdf(['x'], 't'), { contentType, format })).rejects.toMatchObject({
    code: 'invalid-params',
    details: { reason: 'wrong-format' },
  })
})
