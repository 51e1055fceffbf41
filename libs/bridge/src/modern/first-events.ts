/** Reads the events that the SDK sends at once, then ends its stream. */
export async function firstEvents(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const { value } = await reader.read()
  let text = new TextDecoder().decode(value)
  // A subscription with an empty filter ends at once with its result.
  const { promise: timer, resolve } = Promise.withResolvers<undefined>()
  queueMicrotask(() => queueMicrotask(() => resolve(undefined)))
  const second = await Promise.race([reader.read(), timer])
  if (second?.value !== undefined) text += new TextDecoder().decode(second.value)
  await reader.cancel().catch(() => {})
  return text
}
