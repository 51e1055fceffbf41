import { expect, it } from 'vitest'

import { readTrigger, replaceTrigger } from './read-trigger.ts'

/** Reads the trigger at the sign `|`. */
function at(marked: string) {
  const caret = marked.indexOf('|')
  return readTrigger(marked.replace('|', ''), caret)
}

it.each([
  ['/|', { kind: 'command', query: '', from: 0, to: 1 }],
  ['/rea|d', { kind: 'command', query: 'rea', from: 0, to: 5 }],
  ['@|', { kind: 'mention', query: '', from: 0, to: 1 }],
  ['see @notes/to|do.md now', { kind: 'mention', query: 'notes/to', from: 4, to: 18 }],
  ['a\n@b|', { kind: 'mention', query: 'b', from: 2, to: 4 }],
])('finds the trigger in %j', (text, trigger) => {
  expect(at(text)).toEqual(trigger)
})

it.each(['|/read', '/read |', 'a /b|', 'me@example.com|', '@a b|', '|'])(
  'finds none in %j',
  (text) => {
    expect(at(text)).toBeUndefined()
  },
)

it('replaces the word of a trigger', () => {
  const text = 'see @no now'
  const trigger = { kind: 'mention', query: 'no', from: 4, to: 7 } as const
  expect(replaceTrigger(text, trigger, 'notes.md')).toEqual({ text: 'see notes.md now', caret: 12 })
  expect(replaceTrigger('see @no', trigger, '')).toEqual({ text: 'see ', caret: 4 })
  expect(replaceTrigger('@n', { ...trigger, from: 0, to: 2 }, 'x')).toEqual({
    text: 'x ',
    caret: 2,
  })
})
