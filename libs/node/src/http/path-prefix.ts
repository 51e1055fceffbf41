import type { IncomingMessage } from 'node:http'

/** Takes the prefix off a request's path. A path without it stays: some proxies take it off. */
export function stripPrefix(request: IncomingMessage, prefix: string): void {
  const { url = '/' } = request
  if (!url.startsWith(prefix)) return
  const next = url.charAt(prefix.length)
  if (next === '/') request.url = url.slice(prefix.length)
  else if (next === '' || next === '?') request.url = `/${url.slice(prefix.length)}`
}

/** The part of the path that a framework took off before the handler saw it. */
export function mountOf(request: IncomingMessage): string {
  const original: unknown = 'originalUrl' in request ? request.originalUrl : undefined
  const { url = '/' } = request
  if (typeof original !== 'string' || !original.endsWith(url)) return ''
  return original.slice(0, original.length - url.length)
}
