import { expect, it } from 'vitest'

import { solveLinear } from './solve-linear.ts'

const solve = (...equations: string[]) => solveLinear.work({ equations })

it('solves with exact decimals, in any order, with unknowns on both sides', async () => {
  expect(await solve('0.1x = 0.3 - y', 'x + y = 2y + 1')).toEqual({
    solution: { x: 13 / 11, y: 2 / 11 },
  })
  expect(await solve('pi x = 2 pi')).toEqual({ solution: { x: 2 } })
  expect(await solve('a + b + c = 6', 'a - b = -1', 'c = 3')).toEqual({
    solution: { a: 1, b: 2, c: 3 },
  })
})

it('solves systems of the maximum size', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `x${index}`)
  const equations = names.map((name, row) => {
    const others = names.map((other, column) => `${((row * 7 + column * 3) % 11) + 1} ${other}`)
    return `${others.join(' + ')} + ${100 + row} ${name} = ${row}`
  })
  const { solution } = await solve(...equations)
  const left = names.reduce(
    (sum, name, column) => sum + (((column * 3) % 11) + 1) * (solution[name] ?? 0),
    100 * (solution['x0'] ?? 0),
  )
  expect(left).toBeCloseTo(0, 10)
})

it.each([
  [['x + y = 1', '2x + 2y = 3'], 'exactly one solution'],
  [['x + y = 1', '2x + 2y = 2'], 'exactly one solution'],
  [['x / 3 + y / 7 = 1', 'x + 3 y / 7 = 3'], 'exactly one solution'],
  [['x + y = 1'], '1 equations for 2 unknowns'],
  [['1 = 1'], '1 equations for 0 unknowns'],
  [['x^2 = 4'], 'not linear'],
  [['1/x = 2'], 'not linear'],
  [['x y = 1', 'x = y'], 'not linear'],
  [['x = y = 1'], 'exactly one equals sign'],
  [['x + 1'], 'exactly one equals sign'],
  [['parse("1") = x'], 'not available'],
])('refuses %j', async (equations, message) => {
  await expect(solve(...equations)).rejects.toMatchObject({
    code: 'invalid-params',
    message: expect.stringContaining(message),
  })
})
