import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

const script = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
const { createExtractor } = await import('./extractor.ts')
await import('../search/brave-search.ts')
await createExtractor().close()
console.log(JSON.stringify(loaded))
`

it('loads none of the libraries that read pages, and no sandbox, before they are needed', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', script],
    { cwd: import.meta.dirname },
  )
  const loaded: unknown = JSON.parse(stdout)
  expect(loaded).toContainEqual(expect.stringContaining('extract/extractor.ts'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(
      /node_modules\/(?:@mozilla|linkedom|htmlparser2|turndown|html-encoding|@exodus|iconv|file-type|unpdf)/,
    ),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox/))
})
