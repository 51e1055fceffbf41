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

const patient = `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })
setInterval(() => {}, 1000); console.log('up')`
const stubborn = `process.on('SIGTERM', () => console.log('no'))
setInterval(() => {}, 1000); console.log('up')`

it('puts the name of each process before its lines', async () => {
  const { ended, lines } = supervise([
    program('one', 'console.log("first\\nsecond")'),
    program('other', 'process.stderr.write("without a line break")'),
  ])
  expect(await ended).toBe(0)
  expect(lines).toContain('one   | first\n')
  expect(lines).toContain('one   | second\n')
  expect(lines).toContain('other | without a line break\n')
})

it('hands variables to a process', async () => {
  const { ended, lines } = supervise([
    { ...program('one', 'console.log(process.env.GIVEN)'), env: { GIVEN: 'here' } },
  ])
  await ended
  expect(lines).toContain('one | here\n')
})

it('says that a process died, and lets the others go on', async () => {
  const { text, close } = supervise([program('weak', 'process.exit(3)'), program('firm', patient)])
  await vi.waitFor(() =>
    expect(text()).toContain('weak | ended by itself (exit code 3); the others go on\n'),
  )
  await vi.waitFor(() => expect(text()).toContain('firm | up\n'))
  expect(await close()).toBe(1)
  expect(text()).toContain('firm | bye\n')
})

it('ends every process, and is 0 where each ended in order', async () => {
  const { text, close } = supervise([program('one', patient), program('two', patient)])
  await vi.waitFor(() => expect(text().match(/up/g)).toHaveLength(2))
  expect(await close()).toBe(0)
  expect(text().match(/bye/g)).toHaveLength(2)
})

it('kills a process that does not end in time', async () => {
  const { text, close } = supervise([program('stubborn', stubborn)], 100)
  await vi.waitFor(() => expect(text()).toContain('up'))
  expect(await close()).toBe(1)
  expect(text()).toContain('stubborn | no\n')
})
