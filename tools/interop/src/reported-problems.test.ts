import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8')

/** The rows of the table: a problem, the file of its test, and the name of the test. */
const rows = Array.from(
  readme.matchAll(/^\| (.+?) +\| ((?:libs|tools)\/\S+) +\| (.+?) +\|$/gm),
  ([, problem = '', file = '', name = '']) => [problem, file, name] as const,
)

it('lists the problems', () => {
  expect(rows.length).toBeGreaterThanOrEqual(20)
})

it.each(rows)('has a test: %s', (_problem, file, name) => {
  const path = resolve(root, file)
  expect(existsSync(path)).toBe(true)
  expect(readFileSync(path, 'utf8')).toMatch(
    new RegExp(`\\b(?:it|test)(?:\\.each\\([^)]*\\))?\\(\\s*['"][^'"]*${escape(name)}['"]`),
  )
})

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
