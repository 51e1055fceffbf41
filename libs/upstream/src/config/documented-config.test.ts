import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { parseConfig } from './parse-config.ts'

const root = new URL('../../../../', import.meta.url)

it.each(['README.md', 'docs/upstreams.md'])('accepts the file of servers in %s', (name) => {
  const text = readFileSync(fileURLToPath(new URL(name, root)), 'utf8')
  const blocks = Array.from(text.matchAll(/```json\n([^]*?)```/g), ([, block = '']) => block)
  const files = blocks.filter((block) => block.includes('"mcpServers"') && block.includes('"url"'))
  expect(files).toHaveLength(1)
  const options = { file: name, variables: { GITHUB_TOKEN: 'token' } }
  const { entries, warnings } = parseConfig(files[0] ?? '', options)
  expect(entries.map((entry) => entry.name)).toEqual(['files', 'github'])
  expect(warnings).toEqual([])
})
