import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports the public API', () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "createLogger",
      "createNodeHandler",
      "describeEnvironment",
      "listen",
      "logFailures",
      "networkOptions",
      "networkSettings",
      "readEnvironment",
      "runApp",
      "settings",
      "superviseProcesses",
    ]
  `)
})
