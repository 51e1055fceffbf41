import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

import type { App } from './app.ts'
import { notFound } from './responses.ts'

// The folder is resolved by the package name, because a bundler may move this file.
const manifest = createRequire(import.meta.url).resolve('@mcp/web-client/package.json')

export interface PageRoutesOptions {
  /** Folder with the build of the page. Default: `dist/web` of this package. */
  readonly folder?: string | undefined
  /** Changes the response that contains the page. */
  readonly prepare: (request: Request, response: Response) => void
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

/**
 * Adds the routes of the page and of the files of its build. The page is served at the root and at each
 * address below `/ui`, because each view has an address. The names of the files contain hashes, so a file
 * never changes.
 */
export function addPageRoutes(app: App, { folder = defaultFolder(), prepare }: PageRoutesOptions) {
  const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()

  for (const path of ['/', '/ui', '/ui/*']) {
    app.get(path, async ({ req }) => {
      const response = await readPage(folder, req.path)
      prepare(req.raw, response)
      return response
    })
  }

  app.get('/assets/:file{[\\w-]+\\.[a-z]+}', async ({ req }) => {
    const { file } = req.param()
    const type = contentTypes[extname(file)]
    if (type === undefined) return notFound(req.path)
    const reading = files.get(file) ?? readBytes(join(folder, 'assets', file))
    files.set(file, reading)
    const bytes = await reading.catch(() => undefined)
    if (bytes === undefined) {
      files.delete(file)
      return notFound(req.path)
    }
    const caching = { 'cache-control': 'public, max-age=31536000, immutable' }
    return new Response(bytes, {
      headers: { ...securityHeaders, ...caching, 'content-type': type },
    })
  })
}

function defaultFolder(): string {
  return join(dirname(manifest), 'dist/web')
}

/** Reads the page for an address. It is read again each time, because a build replaces it. */
async function readPage(folder: string, path: string): Promise<Response> {
  const nonce = randomBytes(16).toString('base64')
  const headers = {
    ...securityHeaders,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': policy(nonce),
  }
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
  if (html === undefined) return new Response(notBuilt, { status: 503, headers })
  // A relative base also works behind a proxy whose prefix is unknown here.
  const depth = path.split('/').length - 2
  const base = depth === 0 ? './' : '../'.repeat(depth)
  const text = html.replace('<base href="/"', `<base href="${base}"`).replaceAll('__NONCE__', nonce)
  return new Response(text, { headers })
}

/** Only code that creates style elements, such as an editor, needs the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // Images that a result contains.
    "img-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path))
}

const notBuilt = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>The page is not built</title>
  <h1>The page is not built</h1>
  <p>The REST API works. To build the page, run this command in the workspace, then reload:</p>
  <pre>npm run build:page -w @mcp/web-client</pre>
</html>
`
