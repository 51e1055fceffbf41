import { expect, it } from 'vitest'

import { readArguments } from './read-arguments.ts'

it('reads edited arguments, and states the line of a mistake', () => {
  expect(readArguments('{"a": [1]}')).toEqual({ arguments: { a: [1] } })
  expect(readArguments('[1]')).toEqual({ problem: 'The arguments must be a JSON object.' })
  expect(readArguments('{\n  "a": 1,\n  b: 2\n}')).toEqual({ problem: 'Invalid JSON in line 3.' })
})
