type Send = (request: Request) => Promise<Response>

/**
 * Returns a function that opens the session of the browser before it sends the first request. Without a
 * session, each of several requests at the same time would open its own, and the event stream would follow
 * another session than the one that the browser keeps.
 */
export function sessionFirst(send: Send, sessionUrl: URL): Send {
  let opening: Promise<boolean> | undefined
  return async (request) => {
    opening ??= send(new Request(sessionUrl, { headers: headersFor(request) })).then(
      ({ ok }) => ok,
      () => false,
    )
    const current = opening
    // After a failure, such as a missing token, the next request tries again.
    if (!(await current) && opening === current) opening = undefined
    return send(request)
  }
}

function headersFor({ headers }: Request): Headers {
  const own = new Headers()
  for (const name of ['authorization', 'x-mcp-page']) {
    const value = headers.get(name)
    if (value !== null) own.set(name, value)
  }
  return own
}
