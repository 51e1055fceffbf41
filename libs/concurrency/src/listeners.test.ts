import { expect, it } from 'vitest'

import { createListeners } from './listeners.ts'

it('calls every listener until it is removed', () => {
  const listeners = createListeners<string>()
  const received: string[] = []
  const remove = listeners.add((event) => received.push(event))
  listeners.add((event) => received.push(event.toUpperCase()))
  listeners.emit('a')
  remove()
  remove()
  listeners.emit('b')
  expect(received).toEqual(['a', 'A', 'B'])
})

it('counts a function that was added twice as two subscriptions', () => {
  const listeners = createListeners<string>()
  const received: string[] = []
  const listener = (event: string) => void received.push(event)
  listeners.add(listener)
  listeners.add(listener)()
  listeners.emit('a')
  expect(received).toEqual(['a'])
})

it('reports the error that a listener throws, and calls the others', () => {
  const errors: unknown[] = []
  const listeners = createListeners<string>({ onError: (error) => errors.push(error) })
  const received: string[] = []
  listeners.add(() => {
    throw new Error('failed')
  })
  listeners.add((event) => received.push(event))
  listeners.emit('a')
  expect(received).toEqual(['a'])
  expect(errors).toEqual([new Error('failed')])
})
