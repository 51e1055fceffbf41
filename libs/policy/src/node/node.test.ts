import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { settableClock } from '../limits/policy-counters.contract.ts'
import { unknownSubject } from '../rules/subject.ts'
import { createAuditFile, earlierFiles } from './audit-file.ts'
import { openPolicy } from './open-policy.ts'
import { verifyAudit } from './verify-audit.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-policy-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('a policy file', () => {
  const subject = unknownSubject('tools', 'add')

  it('is read again when it changes, and keeps the last valid rules', async () => {
    const path = join(folder, 'policy.yaml')
    const lines: string[] = []
    const log = {
      info: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(line),
    }
    await writeFile(path, 'rules: [{ who: ada, effect: allow }]')
    const policy = await openPolicy(path, { log, everyMs: 10 })
    const changes = vi.fn<() => void>()
    policy.subscribe(changes)
    const effectOf = (principal: string) => policy.current.decide({ principal }, subject, {}).effect
    try {
      expect([effectOf('ada'), effectOf('ben')]).toEqual(['allow', 'deny'])
      await writeFile(path, 'rules: [{ who: ben, effect: allow }]')
      await vi.waitFor(() => expect(effectOf('ben')).toBe('allow'))
      expect(changes).toHaveBeenCalledTimes(1)
      await writeFile(path, 'rules:\n- who: ben\n  efect: allow')
      await vi.waitFor(() => expect(lines).toHaveLength(2))
      await rm(path)
      await vi.waitFor(() => expect(lines).toHaveLength(3))
      expect([effectOf('ada'), effectOf('ben')]).toEqual(['deny', 'allow'])
      expect(lines).toEqual([
        'reloaded the policy: 1 rules',
        expect.stringMatching(
          /^the changed policy is invalid, so the previous one remains in use: policy.yaml:3: .*unknown field/,
        ),
        expect.stringMatching(
          /^cannot read the policy, so the previous one remains in use: ENOENT/,
        ),
      ])
      await writeFile(path, 'rules: [{ who: ada, effect: allow }]')
      await vi.waitFor(() => expect(effectOf('ada')).toBe('allow'))
    } finally {
      policy.close()
    }
  })

  it('must exist at the start', async () => {
    const log = { info() {}, warn() {} }
    await expect(openPolicy(join(folder, 'none.yaml'), { log })).rejects.toThrow(
      'Cannot read the policy "none.yaml" (ENOENT). Set MCP_POLICY to a readable file.',
    )
  })
})

describe('an audit file', () => {
  const path = () => join(folder, 'log', 'audit.jsonl')
  const write = (count: number, options: object = {}) => {
    const file = createAuditFile({ path: path(), ...options })
    for (let number = 0; number < count; number++) file.write(`{"number":${number}}`)
    file.close()
  }
  const read = () => readFile(path(), 'utf8')

  it('continues its chain after a restart, and drops a line that was cut off', async () => {
    write(3)
    await appendFile(path(), '{"number":3,"pre')
    write(2)
    expect(await verifyAudit([path()])).toEqual({ lines: 5, problems: [] })
  })

  it.each([
    [
      'a removed line',
      (lines: string[]) => lines.toSpliced(1, 1),
      ':2: a line before this one was removed',
    ],
    ['the first line removed', (lines: string[]) => lines.slice(1), 'none'],
    [
      'a changed line',
      (lines: string[]) => lines.with(1, (lines[1] ?? '').replace('1', '7')),
      ':2: the line was changed',
    ],
    [
      'two lines swapped',
      (lines: string[]) => [lines[0], lines[2], lines[1], lines[3]],
      ':2: a line before',
    ],
    [
      'an added line',
      (lines: string[]) => lines.toSpliced(2, 0, '{"number":9}'),
      ':3: not a line of an audit log',
    ],
    [
      'a repeated line',
      (lines: string[]) => lines.toSpliced(2, 0, lines[1] ?? ''),
      ':3: a line before',
    ],
  ])('shows %s', async (_what, change, problem) => {
    write(4)
    const lines = (await read()).trimEnd().split('\n')
    await writeFile(path(), `${change(lines).join('\n')}\n`)
    const { problems } = await verifyAudit([path()])
    expect(problems[0] ?? 'none').toContain(problem)
  })

  it('continues the current file while a new one cannot be started, and reports it once', async () => {
    const clock = settableClock()
    const onWarning = vi.fn<(message: string) => void>()
    const file = createAuditFile({ path: path(), maxBytes: 1, clock, onWarning })
    file.write('{"number":0}')
    const moved = join(folder, 'moved')
    await rename(dirname(path()), moved)
    for (const number of [1, 2, 3]) {
      file.write(`{"number":${number}}`)
      clock.time += 60_000
    }
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/^cannot start the next audit file, so the current one continues: /)],
    ])
    await rename(moved, dirname(path()))
    file.write('{"number":4}')
    file.close()
    expect(earlierFiles(path())).toHaveLength(1)
    const files = [...earlierFiles(path()), path()]
    expect(await verifyAudit(files)).toEqual({ lines: 5, problems: [] })
  })

  it('starts a new file if another program has moved the current one', async () => {
    const file = createAuditFile({ path: path(), maxBytes: 1 })
    file.write('{"number":0}')
    await rename(path(), join(folder, 'moved'))
    file.write('{"number":1}')
    file.close()
    const files = [join(folder, 'moved'), path()]
    expect(await verifyAudit(files)).toEqual({ lines: 2, problems: [] })
  })

  it('writes the line if earlier files cannot be deleted', async () => {
    const clock = settableClock()
    const onWarning = vi.fn<(message: string) => void>()
    const options = { path: path(), maxBytes: 1, keepMs: 1, clock, onWarning }
    const file = createAuditFile(options)
    file.write('{"number":0}')
    await mkdir(`${path()}.20200101T000000000Z`)
    file.write('{"number":1}')
    file.close()
    expect(onWarning.mock.calls).toEqual([
      [expect.stringMatching(/^cannot delete earlier audit files: /)],
    ])
    expect(await verifyAudit([...earlierFiles(path()).slice(1), path()])).toEqual({
      lines: 2,
      problems: [],
    })
  })

  it('keeps the files in order if the clock stands still or is set back', async () => {
    const clock = settableClock()
    const file = createAuditFile({ path: path(), maxBytes: 1, clock })
    for (let number = 0; number < 4; number++) {
      if (number === 2) clock.time -= 3_600_000
      file.write(`{"number":${number}}`)
    }
    file.close()
    const files = [...earlierFiles(path()), path()]
    expect(files).toHaveLength(4)
    expect(await verifyAudit(files)).toEqual({ lines: 4, problems: [] })
  })

  const long = (bytes: number) => `{"text":"${'x'.repeat(bytes)}`

  it.each([
    ['a long line', 100_000, ''],
    ['a long line that was cut off', 10, long(100_000)],
    ['a cut line that leaves a part of the hash in the last 64 KiB', 10, long(65_500)],
  ])('continues its chain after %s', async (_what, bytes, cut) => {
    const file = createAuditFile({ path: path() })
    file.write('{"number":0}')
    file.write(`${long(bytes)}"}`)
    file.close()
    await appendFile(path(), cut)
    write(2)
    expect(await verifyAudit([path()])).toEqual({ lines: 4, problems: [] })
  })

  it('continues the chain of the file before if the only line was cut off', async () => {
    write(2, { maxBytes: 1 })
    await writeFile(path(), '{"number":1,"pre')
    write(1)
    const files = [...earlierFiles(path()), path()]
    expect(await verifyAudit(files)).toEqual({ lines: 2, problems: [] })
  })

  it('verifies lines with the line separators of Unicode', async () => {
    const file = createAuditFile({ path: path() })
    file.write('{"text":"a\u2028b\u2029c"}')
    file.close()
    expect(await verifyAudit([path()])).toEqual({ lines: 1, problems: [] })
  })

  it('starts a new file by size and by age, with one chain, and deletes old ones', async () => {
    const clock = settableClock()
    const day = 86_400_000
    const file = createAuditFile({ path: path(), maxBytes: 300, keepMs: 5 * day, clock })
    for (let number = 0; number < 6; number++) {
      clock.time += 1000
      file.write(`{"number":${number}}`)
    }
    const bySize = earlierFiles(path())
    expect(bySize.length).toBeGreaterThan(1)
    expect(await verifyAudit([...bySize, path()])).toEqual({ lines: 6, problems: [] })
    clock.time += 2 * day
    file.write('{"number":6}')
    expect(earlierFiles(path())).toHaveLength(bySize.length + 1)
    clock.time += 10 * day
    file.write('{"number":7}')
    file.close()
    // The file of the line before has the time at which it ended.
    expect(earlierFiles(path())).toHaveLength(1)
    const [first = '', ...rest] = bySize
    expect(rest.length).toBeGreaterThan(0)
    await expect(readFile(first)).rejects.toThrow('ENOENT')
  })
})
