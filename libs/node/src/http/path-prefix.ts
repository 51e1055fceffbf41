import type { IncomingMessage } from 'node:http'

/** Removes the prefix from the path of a request. Does nothing if a proxy has already removed it. */
export function stripPrefix(request: IncomingMessage, prefix: string): void {
  const { url = '/' } = request
  if (!url.startsWith(prefix)) return
  const next = url.charAt(prefix.length)
  if (next === '/') request.url = url.slice(prefix.length)
  else if (next === '' || next === '?') request.url = `/${url.slice(prefix.length)}`
}

/** Returns the part of the path that a framework removed before it called the handler. */
export function mountOf(request: IncomingMessage): string {
  const original: unknown = 'originalUrl' in request ? request.originalUrl : undefined
  const { url = '/' } = request
  if (typeof original !== 'string' || !original.endsWith(url)) return ''
  return original.slice(0, original.length - url.length)
}

/** Whether a text is a path such as `/mcp`, without a trailing slash. */
export function isPathPrefix(text: string): boolean {
  return /^(\/[\w.~-]+)+$/.test(text)
}
