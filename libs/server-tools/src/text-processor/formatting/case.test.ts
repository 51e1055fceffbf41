import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

it('does not depend on the language of the machine', async () => {
  const code = `
    const { textProcessor } = await import('@mcp/server-tools')
    const { toLowerCase, toUpperCase, wordFrequency } = textProcessor.operations
    const { words } = wordFrequency.work({ text: 'I', limit: 1, minLength: 1, ignoreCase: true })
    console.log(toLowerCase.work({ text: 'TITLE' }), toUpperCase.work({ text: 'title' }), words[0].word)
  `
  const args = ['--conditions=@mcp/source', '--input-type=module', '--eval', code]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: import.meta.dirname,
    env: { ...process.env, LC_ALL: 'tr_TR.UTF-8' },
  })
  expect(stdout.trim()).toBe('title TITLE i')
})
