import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, it, onTestFinished, vi } from 'vitest'

import type { SuperviseOptions, Supervision } from './supervise-processes.ts'
import { superviseProcesses } from './supervise-processes.ts'
import type { SupervisedProcess } from './supervised-process.ts'

const open: Supervision[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((supervision) => supervision.close()))
})

function supervise(processes: readonly SupervisedProcess[], options: SuperviseOptions = {}) {
  const lines: string[] = []
  const supervision = superviseProcesses(processes, {
    ...options,
    write: (line) => lines.push(line),
  })
  open.push(supervision)
  return { ...supervision, lines, text: () => lines.join('') }
}

const program = (name: string, code: string): SupervisedProcess => ({ name, args: ['-e', code] })

const ready = `process.send('ready'); console.log('up ' + process.pid); setInterval(() => {}, 1000)`
const waiting = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); ${ready}`
const stubborn = `process.on('SIGTERM', () => console.log('no')); ${ready}`

/** Returns the ids of the processes that have started. */
const pidsOf = (text: string): number[] =>
  Array.from(text.matchAll(/up (\d+)/g), ([, pid]) => Number(pid))

it('prefixes each line with the name of its process', async () => {
  const { lines } = supervise([
    program('one', `console.log("first\\nsecond"); ${ready}`),
    program('other', `process.stderr.write("to standard error\\n"); ${ready}`),
  ])
  await vi.waitFor(() => expect(lines).toContain('one   | second\n'))
  expect(lines).toContain('one   | first\n')
  await vi.waitFor(() => expect(lines).toContain('other | to standard error\n'))
})

it('passes environment variables to a process', async () => {
  const { lines } = supervise([
    { ...program('one', `console.log(process.env.GIVEN); ${ready}`), env: { GIVEN: 'here' } },
  ])
  await vi.waitFor(() => expect(lines).toContain('one | here\n'))
})

it('restarts a process that is killed: at once, then with a delay', async () => {
  const { text, close } = supervise([program('weak', waiting), program('firm', waiting)])
  await vi.waitFor(() => expect(text()).toMatch(/weak \| up \d+/))
  const weak = (): number[] => pidsOf(text().replaceAll(/^firm.*$/gm, ''))
  process.kill(weak()[0] ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(weak()).toHaveLength(2))
  expect(text()).toContain('weak | exited unexpectedly (SIGKILL); restarts in 0 ms\n')
  process.kill(weak()[1] ?? 0, 'SIGKILL')
  await vi.waitFor(() => expect(weak()).toHaveLength(3))
  expect(text()).toMatch(/weak \| exited unexpectedly \(SIGKILL\); restarts in ([5-9]\d\d|1000) ms/)
  expect(await close()).toBe(0)
  expect(text().match(/^firm \| up/gm)).toHaveLength(1)
})

it('terminates all if one fails to start several times in a row, and resolves with 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-supervise-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const marker = JSON.stringify(join(folder, 'up'))
  const one = `${waiting}; fs.writeFileSync(${marker}, '')`
  // Fails only after the other program can receive signals.
  const bad = `setInterval(() => {
    if (!fs.existsSync(${marker})) return
    console.error('Port in use.')
    process.exit(1)
  }, 10)`
  const { text, ended } = supervise([program('one', one), program('bad', bad)], {
    maxFailedStarts: 2,
  })
  expect(await ended).toBe(1)
  expect(text()).toContain(
    'bad | gave up: bad failed to start 2 times in a row (exit code 1): Port in use.\n',
  )
  expect(text()).toContain('one | bye\n')
})

it('terminates every process, and resolves with 0 if each exited with 0', async () => {
  const { text, close } = supervise([program('one', waiting), program('two', waiting)])
  await vi.waitFor(() => expect(pidsOf(text())).toHaveLength(2))
  expect(await close()).toBe(0)
  expect(text().match(/bye/g)).toHaveLength(2)
})

it('terminates a process that others call after them', async () => {
  const { text, close } = supervise([
    { ...program('server', waiting), stopsLast: true },
    program('caller', waiting),
  ])
  await vi.waitFor(() => expect(pidsOf(text())).toHaveLength(2))
  await close()
  expect(text()).toMatch(/caller \| bye\n[\s\S]*server \| bye\n/)
})

it('kills a process that does not exit within the grace period', async () => {
  const { text, close } = supervise([program('stubborn', stubborn)], { graceMs: 100 })
  await vi.waitFor(() => expect(text()).toContain('up'))
  expect(await close()).toBe(1)
  expect(text()).toContain('stubborn | no\n')
})
