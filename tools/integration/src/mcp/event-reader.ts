/** An event of a stream of the standard. */
export interface McpEvent {
  readonly id: string | undefined
  readonly data: string
}

export interface McpEventReader {
  /** Returns the next event, or `undefined` at the end of the stream. Skips heartbeats. */
  next(): Promise<McpEvent | undefined>
  /** Returns all events until the end of the stream. */
  rest(): Promise<McpEvent[]>
}

/** Reads the events of a response. */
export function readEvents(response: Response): McpEventReader {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''

  async function next(): Promise<McpEvent | undefined> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end === -1) {
        const chunk = await reader?.read()
        if (chunk === undefined || chunk.done) return undefined
        text += chunk.value
        continue
      }
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const data = /^data: ?(.*)$/m.exec(block)?.[1]
      if (data !== undefined) return { id: /^id: (.*)$/m.exec(block)?.[1], data }
    }
  }

  return {
    next,
    async rest() {
      const events: McpEvent[] = []
      for (let event = await next(); event !== undefined; event = await next()) events.push(event)
      return events
    },
  }
}
