import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createAuditFile } from '@mcp/policy/node'
import { afterEach, beforeEach, expect, it } from 'vitest'

import type { Output } from '../output/output.ts'
import { audit } from './audit.ts'
import { policy } from './policy.ts'
import type { RemoteCommand } from './run-remote.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-policy-command-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs a command without a hub. Returns its exit code and its output. */
async function run(command: RemoteCommand, words: readonly string[]) {
  const printed: unknown[] = []
  const output: Output = {
    isJson: true,
    hasColor: false,
    data: (value) => void printed.push(value),
    problem: (text) => void printed.push(text),
    aside: (text) => void printed.push(text),
    json: (value) => void printed.push(value),
    text: (text) => void printed.push(text),
    note: (text) => void printed.push(text),
    table: (_head, _rows, value) => void printed.push(value),
  }
  const connect = async () => {
    throw new Error('no hub')
  }
  const { signal } = new AbortController()
  const shared = { command: command.name, values: {}, flags: new Set<string>(), signal }
  const code = await command.run({ ...shared, words, output, connect })
  return { code, printed }
}

it('runs the cases of a policy file', async () => {
  const file = join(folder, 'policy.yaml')
  const rules = 'rules: [{ name: readers, who: ada, hints: { readOnly: true }, effect: allow }]'
  const cases = [
    '- { principal: ada, server: database, operation: query, expect: allow, rule: readers }',
    '- { principal: ada, server: database, operation: execute, expect: deny }',
    '- { name: wrong, principal: ben, server: tools, operation: calculator.add, expect: allow }',
  ]
  await writeFile(file, `${rules}\ncases:\n${cases.slice(0, 2).join('\n')}`)
  expect(await run(policy, ['test', file])).toMatchObject({
    code: 0,
    printed: [[{ passed: true }, { passed: true }], '2 cases, 0 failed.'],
  })
  await writeFile(file, `${rules}\ncases:\n${cases.join('\n')}`)
  expect(await run(policy, ['test', file])).toMatchObject({
    code: 1,
    printed: [
      [
        {},
        {},
        { name: 'wrong', passed: false, problem: expect.stringContaining('No rule applies') },
      ],
      '3 cases, 1 failed.',
    ],
  })
})

it('verifies an audit file', async () => {
  const path = join(folder, 'audit.jsonl')
  const log = createAuditFile({ path })
  log.write('{"number":1}')
  log.close()
  expect(await run(audit, ['verify', path])).toMatchObject({ code: 0 })
  await writeFile(path, '{"number":2}\n')
  expect(await run(audit, ['verify', path])).toMatchObject({
    code: 1,
    printed: [{ problems: [`${path}:1: not a line of an audit log`] }, '1 lines, 1 problems.'],
  })
})
