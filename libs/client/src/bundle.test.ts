import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** What a browser loads for one line of code, with some packages left out. */
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

// What others write, and the protocol, which has a limit of its own below.
const others = ['ky', 'eventsource-parser', 'zod', '@mcp/protocol']

it('brings no zod and no contract into a browser', async () => {
  const { files } = await bundle(`export { createClient, toolTypes } from './index.ts'`, [])
  expect(files.filter((file) => /zod|contracts|envelope-schemas/.test(file))).toEqual([])
})

it('is at most 5 KiB of our own code', async () => {
  const { kib } = await bundle(`export { createClient, toolTypes } from './index.ts'`, others)
  expect(kib).toBeLessThanOrEqual(5)
})

it('finds the envelopes of the protocol to be at most 6 KiB', async () => {
  const entry = `export { createNotification, createRequest, createResponse, McpError } from '@mcp/protocol'`
  const { kib, files } = await bundle(entry, [])
  expect(kib).toBeLessThanOrEqual(6)
  expect(files.filter((file) => file.includes('zod'))).toEqual([])
})
