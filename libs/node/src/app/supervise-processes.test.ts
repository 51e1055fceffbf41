import { afterEach, expect, it, vi } from 'vitest'

import type { SupervisedProcess, Supervision } from './supervise-processes.ts'
import { superviseProcesses } from './supervise-processes.ts'

const open: Supervision[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((supervision) => supervision.close()))
})

function supervise(processes: readonly SupervisedProcess[], graceMs?: number) {
  const lines: string[] = []
  const supervision = superviseProcesses(processes, { graceMs, write: (line) => lines.push(line) })
  open.push(supervision)
  return { ...supervision, lines, text: () => lines.join('') }
}

const program = (name: string, code: string): SupervisedProcess => ({ name, args: ['-e', code] })

const waiting = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
setInterval(() => {}, 1000); console.log('up')`
const stubborn = `process.on('SIGTERM', () => console.log('no'))
setInterval(() => {}, 1000); console.log('up')`

it('prefixes each line with the name of its process', async () => {
  const { ended, lines } = supervise([
    program('one', 'console.log("first\\nsecond")'),
    program('other', 'process.stderr.write("without a line break")'),
  ])
  expect(await ended).toBe(0)
  expect(lines).toContain('one   | first\n')
  expect(lines).toContain('one   | second\n')
  expect(lines).toContain('other | without a line break\n')
})

it('passes environment variables to a process', async () => {
  const { ended, lines } = supervise([
    { ...program('one', 'console.log(process.env.GIVEN)'), env: { GIVEN: 'here' } },
  ])
  await ended
  expect(lines).toContain('one | here\n')
})

it('reports a process that exits, and keeps the others running', async () => {
  const { text, close } = supervise([program('weak', 'process.exit(3)'), program('firm', waiting)])
  await vi.waitFor(() =>
    expect(text()).toContain(
      'weak | exited unexpectedly (exit code 3); the other processes continue\n',
    ),
  )
  await vi.waitFor(() => expect(text()).toContain('firm | up\n'))
  expect(await close()).toBe(1)
  expect(text()).toContain('firm | bye\n')
})

it('terminates every process, and resolves with 0 if each exited with 0', async () => {
  const { text, close } = supervise([program('one', waiting), program('two', waiting)])
  await vi.waitFor(() => expect(text().match(/up/g)).toHaveLength(2))
  expect(await close()).toBe(0)
  expect(text().match(/bye/g)).toHaveLength(2)
})

it('kills a process that does not exit within the grace period', async () => {
  const { text, close } = supervise([program('stubborn', stubborn)], 100)
  await vi.waitFor(() => expect(text()).toContain('up'))
  expect(await close()).toBe(1)
  expect(text()).toContain('stubborn | no\n')
})
