import { loadedModules } from '@mcp/testing'
import { expect, it } from 'vitest'

const code = `
const { createExtractor } = await import('./extractor.ts')
await import('../search/brave-search.ts')
await createExtractor().close()
`

it('loads neither the parsing libraries nor the sandbox before they are needed', async () => {
  const loaded = await loadedModules(code, import.meta.dirname)
  expect(loaded).toContainEqual(expect.stringContaining('extraction/extractor.ts'))
  expect(loaded).not.toContainEqual(
    expect.stringMatching(
      /node_modules\/(?:@mozilla|linkedom|htmlparser2|chardet|html-encoding|@exodus|iconv|file-type|unpdf)/,
    ),
  )
  expect(loaded).not.toContainEqual(expect.stringMatching(/libs\/sandbox\/src\/pool/))
})
