/**
 * Yields the body of a response as text, in the pieces in which it arrives. Stops reading when the
 * consumer stops.
 */
export async function* readText({ body }: Response): AsyncGenerator<string> {
  if (body === null) return
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const text = decoder.decode(value, { stream: true })
      if (text !== '') yield text
    }
  } finally {
    // `cancel` fails if the connection is broken. Then there is nothing to close.
    await reader.cancel().catch(() => {})
  }
}

/** Returns at most `maxLength` characters of the start of a body. A connection that breaks ends the text. */
export async function readStart(response: Response, maxLength: number): Promise<string> {
  let text = ''
  try {
    for await (const piece of readText(response)) {
      text += piece
      if (text.length >= maxLength) break
    }
  } catch {
    // The status of the response is the error. Its body only explains it.
  }
  return text.slice(0, maxLength)
}
