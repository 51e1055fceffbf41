import { checkContract } from '@mcp/protocol'
import { expect, it } from 'vitest'

import { database } from './database.ts'
import { internet } from './internet.ts'
import { prompts } from './prompts.ts'
import { resources } from './resources.ts'
import { roots } from './roots.ts'
import { sampling } from './sampling.ts'
import { tools } from './tools.ts'

it.each([database, internet, prompts, resources, roots, sampling, tools])(
  'declares $name with valid names, examples and JSON Schemas',
  (contract) => {
    expect(checkContract(contract)).toEqual([])
  },
)
