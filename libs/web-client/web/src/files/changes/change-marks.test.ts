import { expect, it, vi } from 'vitest'

import { createChangeMarks } from './change-marks.ts'

const modified = (...ids: string[]) => ids.map((id) => ({ id, change: 'modified' }) as const)

function start() {
  let time = 1_000
  const marks = createChangeMarks({ now: () => time })
  const record = (id: string, etag?: string) =>
    marks.record({ id, change: 'modified', at: time, etag })
  return { marks, record, wait: (ms: number) => void (time += ms) }
}

it('marks a change until it is cleared', () => {
  const { marks, record } = start()
  const listener = vi.fn<() => void>()
  marks.subscribe(listener)
  record('entry:docs:a.md', 'e1')
  expect(marks.current().get('entry:docs:a.md')).toEqual({ change: 'modified', at: 1_000 })
  marks.clear('entry:docs:a.md')
  expect(marks.current().size).toBe(0)
  expect(listener).toHaveBeenCalledTimes(2)
})

it('does not mark an own change, whether its notification arrives before or after the response', async () => {
  const { marks, record } = start()
  const changes = vi.fn<() => void>()
  marks.onChange(changes)
  await marks.expectOwn(modified('a'), async () => {
    record('a', 'e2')
    return { etag: 'e2' }
  })
  record('a', 'e2')
  expect(marks.current().size).toBe(0)
  expect(changes).toHaveBeenCalledTimes(3)
})

it('marks a change of another after an own change', async () => {
  const { marks, record, wait } = start()
  await marks.expectOwn(modified('a', 'b'), async () => ({ etag: 'e2' }))
  record('a', 'e3')
  record('b')
  expect([...marks.current().keys()]).toEqual(['a'])
  wait(10_000)
  record('b')
  expect([...marks.current().keys()]).toEqual(['a', 'b'])
})

it('expects no notification of an own change long after it failed', async () => {
  const { marks, record, wait } = start()
  const failing = marks.expectOwn(modified('a'), () => Promise.reject(new Error('Refused.')))
  await expect(failing).rejects.toThrow('Refused.')
  wait(10_000)
  record('a')
  expect(marks.current().has('a')).toBe(true)
})
