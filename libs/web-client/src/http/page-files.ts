import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

// The folder is resolved by the package name, because a bundler may move this file.
const manifest = createRequire(import.meta.url).resolve('@mcp/web-client/package.json')
const folder = join(dirname(manifest), 'web')

/** The files of the browser interface with their content types. No other file is served. */
const files = new Map([
  ['index.html', 'text/html; charset=utf-8'],
  ['style.css', 'text/css; charset=utf-8'],
  ['icon.svg', 'image/svg+xml'],
  ...['client', 'api', 'elements', 'events', 'prompt', 'prose', 'schema-form', 'tools'].map(
    (name) => [`${name}.js`, 'text/javascript; charset=utf-8'] as const,
  ),
])

const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
}

/** Returns the response for a file of the browser interface, or undefined for an unknown file. */
export type PageFiles = (name: string, request: Request) => Promise<Response | undefined>

/** Creates the file server of the browser interface. It reads each file on the first request for it. */
export function createPageFiles(): PageFiles {
  const read = new Map<string, Promise<PageFile>>()

  return async (name, request) => {
    const type = files.get(name)
    if (type === undefined) return undefined
    const reading = read.get(name) ?? readPageFile(name)
    read.set(name, reading)
    const { bytes, etag } = await reading
    const headers = { ...securityHeaders, 'content-type': type, 'cache-control': 'no-cache', etag }
    const isKnown = request.headers.get('if-none-match') === etag
    return new Response(isKnown ? null : bytes, { status: isKnown ? 304 : 200, headers })
  }
}

async function readPageFile(name: string): Promise<PageFile> {
  const bytes = new Uint8Array(await readFile(join(folder, name)))
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return { bytes, etag: `"${digest}"` }
}
