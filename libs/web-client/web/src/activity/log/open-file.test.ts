import { expect, it } from 'vitest'

import { openActivityFile } from './open-file.ts'

function entry(seq: number, more = {}) {
  const at = new Date(seq).toISOString()
  return { seq, at, kind: 'request', id: `req-${seq}`, operation: 'add', from: 'page', ...more }
}

const fileOf = (...lines: readonly string[]) => new File([lines.join('\n')], 'a.ndjson')

it('opens exported entries, and reads their contents from the file', async () => {
  const response = {
    kind: 'response',
    id: 'req-1',
    status: 'success',
    content: { text: 'ü\u2028✓' },
  }
  const lines = [entry(1, { content: { a: 1 } }), entry(2, response)]
  const opened = await openActivityFile(fileOf(...lines.map((line) => JSON.stringify(line)), ''))
  expect(opened.log.find(1)).toMatchObject({ status: 'success', entries: [1, 2] })
  expect(await opened.readEntry(2)).toMatchObject({ content: { text: 'ü\u2028✓' } })
  expect(opened.invalid.count).toBe(0)
  await expect(opened.readEntry(3)).rejects.toThrow('no longer has the entry 3')
})

it('reads lines that are cut into pieces', async () => {
  const file = fileOf(JSON.stringify(entry(1, { preview: 'ää' })), JSON.stringify(entry(3)))
  const bytes = new Uint8Array(await file.arrayBuffer())
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7))
      controller.close()
    },
  })
  const slice = file.slice.bind(file)
  const opened = await openActivityFile({ name: 'a.ndjson', stream: () => pieces, slice })
  expect(await opened.readEntry(1)).toMatchObject({ preview: 'ää' })
  // An export of a filtered list has gaps.
  expect(opened.log.end()).toBe(3)
})

it.each([
  ['{"seq":', 'Line 2: it is not valid JSON.'],
  ['[1]', 'Line 2: it must be an object.'],
  [JSON.stringify(entry(-1)), 'Line 2: "seq" must be a positive integer.'],
  [JSON.stringify(entry(2, { kind: 'x' })), 'Line 2: "kind" must be one of'],
  [JSON.stringify(entry(2, { at: 'noon' })), 'Line 2: "at" must be a time.'],
  [JSON.stringify(entry(2, { from: 1 })), 'Line 2: "id", "operation" and "from" must be text.'],
])('leaves out the line %j', async (line, expected) => {
  const { invalid, log } = await openActivityFile(fileOf(JSON.stringify(entry(1)), line))
  expect(invalid).toEqual({ count: 1, first: expect.stringContaining(expected) })
  expect(log.end()).toBe(1)
})

it.each([
  ['', 'a.ndjson has no entries of an activity. It is empty.'],
  ['hello', 'a.ndjson has no entries of an activity. Line 1: it is not valid JSON.'],
])('refuses a file without entries: %j', async (text, message) => {
  await expect(openActivityFile(fileOf(text))).rejects.toThrow(message)
})
