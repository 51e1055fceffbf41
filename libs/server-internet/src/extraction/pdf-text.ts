import { invalidPdf } from './extraction-errors.ts'
import type { Extraction } from './extraction.ts'

/** Extracts the text of a PDF, page by page. A PDF of scanned pages contains no text. */
export async function readPdf(bytes: Uint8Array): Promise<Omit<Extraction, 'contentType'>> {
  const { extractText, getDocumentProxy, getMeta } = await import('unpdf')
  // `unpdf` transfers the buffer, so it receives a copy. `slice` cannot create this copy: `bytes` is a Buffer
  // after a fetch, `slice` of a Buffer returns a Buffer, and `unpdf` rejects Buffers.
  const document = await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0 }).catch(refuse)
  try {
    const { text } = await extractText(document, { mergePages: false })
    const { info } = await getMeta(document)
    const content = text
      .map((page) => page.trim())
      .filter((page) => page !== '')
      .join('\n\n')
    return {
      ...named('title', info['Title']),
      ...named('byline', info['Author']),
      ...named('language', info['Language']),
      content,
      ...(content === '' && {
        emptyReason: 'no-text',
        note: 'The PDF contains no text. Its pages may be images.',
      }),
    }
  } catch (cause) {
    return refuse(cause)
  } finally {
    await document.loadingTask.destroy()
  }
}

function refuse(cause: unknown): never {
  const isLocked = cause instanceof Error && cause.name === 'PasswordException'
  throw invalidPdf(isLocked ? 'is protected by a password' : 'cannot be read', cause)
}

function named(key: 'title' | 'byline' | 'language', value: unknown): Partial<Extraction> {
  const text = typeof value === 'string' ? value.trim().slice(0, 500).toWellFormed() : ''
  return text === '' ? {} : { [key]: text }
}
