import { defineTool } from '@mcp/server'

import { derivative, simplify } from './algebra.ts'
import { add, divide, modulo, multiply, power, sqrt, subtract } from './arithmetic.ts'
import { convertUnits } from './convert-units.ts'
import { evaluate } from './evaluate.ts'
import { percentage } from './percentage.ts'
import { solveLinear } from './solve-linear.ts'
import { statistics } from './statistics.ts'

/** The calculator. The imported files declare its operations. */
export const calculator = defineTool({
  name: 'calculator',
  title: 'Calculator',
  description: 'Exact arithmetic, expressions, units, percentages, statistics and algebra.',
  operations: {
    add,
    subtract,
    multiply,
    divide,
    power,
    sqrt,
    modulo,
    evaluate,
    convertUnits,
    statistics,
    percentage,
    derivative,
    simplify,
    solveLinear,
  },
})
