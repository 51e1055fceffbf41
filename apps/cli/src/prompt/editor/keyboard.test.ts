import { PassThrough } from 'node:stream'

import { expect, it, onTestFinished, vi } from 'vitest'

import { createKeyboard } from './keyboard.ts'

function start() {
  const input = new PassThrough()
  const keyboard = createKeyboard(input, { write: () => true })
  onTestFinished(() => keyboard.close())
  return { input, keyboard }
}

it('keeps keys without a handler, and the keys of a replay that the handler does not use', async () => {
  const { input, keyboard } = start()
  const typed: (string | undefined)[] = []
  input.write('ab1c')
  keyboard.replay()
  const release = keyboard.listen(({ text }) => {
    typed.push(text)
    return text !== '1'
  })
  await vi.waitFor(() => {
    keyboard.replay()
    expect(typed).toContain('c')
  })
  expect(typed.filter((text) => text !== '1')).toEqual(['a', 'b', 'c'])
  release()
  const later: (string | undefined)[] = []
  keyboard.listen(({ text }) => void later.push(text))
  keyboard.replay()
  expect(later).toEqual(['1'])
})

it('keeps the keys after the one at which the handler is released', async () => {
  const { input, keyboard } = start()
  const lines: string[] = ['']
  const readLine = () => {
    const release = keyboard.listen(({ text, key }) => {
      if (key.name === 'return') release()
      else lines[lines.length - 1] += text ?? ''
    })
    keyboard.replay()
  }
  input.write('first\rsecond\r')
  readLine()
  await vi.waitFor(() => expect(lines).toEqual(['first']))
  lines.push('')
  await vi.waitFor(() => {
    readLine()
    expect(lines.at(-1)).toBe('second')
  })
})
