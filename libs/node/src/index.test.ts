import { expect, it } from 'vitest'

import * as api from './index.ts'

it('exports the public API', () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "accessOptions",
      "accessSettings",
      "callerOptions",
      "callerSettings",
      "createLogger",
      "createMetrics",
      "createNodeHandler",
      "describeEnvironment",
      "isLocalOnly",
      "listen",
      "listenOnSocket",
      "logBreaker",
      "logFailures",
      "logHealth",
      "logProvider",
      "logRequests",
      "networkOptions",
      "networkSettings",
      "rateLimitOptions",
      "readEnvironment",
      "runApp",
      "serverNetworkOptions",
      "settings",
      "startParts",
      "superviseProcesses",
    ]
  `)
})
