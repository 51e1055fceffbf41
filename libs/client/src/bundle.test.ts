import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** Bundles source code for a browser, without the packages in `external`. */
async function bundle(contents: string, external: readonly string[]) {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@mcp/source'],
    external: [...external],
    write: false,
    metafile: true,
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  )
  return { kib: gzipSync(bytes).byteLength / 1024, files: inputs.map(([file]) => file) }
}

// Not counted: third-party code, the names of the built-in servers, and the protocol, which has its
// own limit below.
const external = ['ky', 'eventsource-parser', 'zod', '@mcp/protocol', '@mcp/contracts']

// The published files are checked by `npm run check:consumer`.

it('bundles no zod and no contract for a browser', async () => {
  const { files } = await bundle(`export { createClient, toolTypes } from './index.ts'`, [])
  expect(
    files.filter((file) => /zod|contracts\/src\/(?!builtin-servers)|envelope-schemas/.test(file)),
  ).toEqual([])
})

it('is at most 5 KiB of our own code', async () => {
  const { kib } = await bundle(`export { createClient, toolTypes } from './index.ts'`, external)
  expect(kib).toBeLessThanOrEqual(5)
})

it('bundles the envelopes of the protocol in at most 6 KiB', async () => {
  const entry = `export { createNotification, createRequest, createResponse, McpError } from '@mcp/protocol/light'`
  const { kib, files } = await bundle(entry, [])
  expect(kib).toBeLessThanOrEqual(6)
  expect(files.filter((file) => file.includes('zod'))).toEqual([])
})

it('bundles the client of the REST API in at most 8 KiB, without zod and ky', async () => {
  const { kib, files } = await bundle(`export { createRestClient } from './rest.ts'`, [])
  expect(kib).toBeLessThanOrEqual(8)
  expect(files.filter((file) => /zod|\/ky\/|envelope-schemas|contracts/.test(file))).toEqual([])
})
