import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { parseConfig } from './parse-config.ts'

const root = new URL('../../../../', import.meta.url)

it.each([
  ['README.md', [['files', 'github']]],
  ['docs/upstreams.md', [['files', 'github'], ['reports']]],
])('accepts the MCP configuration files in %s', (name, expected) => {
  const text = readFileSync(fileURLToPath(new URL(name, root)), 'utf8')
  const blocks = Array.from(text.matchAll(/```json\n([^]*?)```/g), ([, block = '']) => block)
  const files = blocks.filter((block) => block.includes('"mcpServers"') && block.includes('"url"'))
  const variables = { GITHUB_TOKEN: 'token', REPORTS_SECRET: 'secret' }
  const parsed = files.map((file) => parseConfig(file, { file: name, variables }))
  expect(parsed.map(({ entries }) => entries.map((entry) => entry.name))).toEqual(expected)
  expect(parsed.flatMap(({ warnings }) => warnings)).toEqual([])
})
