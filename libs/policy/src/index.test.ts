import { expect, it } from 'vitest'

import * as httpApi from './http.ts'
import * as api from './index.ts'
import * as nodeApi from './node.ts'
import * as settingsApi from './settings.ts'

it('exports the access control, the policies and the audit log', () => {
  expect(Object.keys(api).toSorted()).toMatchInlineSnapshot(`
    [
      "createAccess",
      "createAudit",
      "createMemoryCounters",
      "explainDecision",
      "findSubject",
      "parsePolicy",
      "runCases",
      "staticPolicy",
    ]
  `)
  expect(Object.keys(httpApi)).toEqual(['mountPolicy'])
  expect(Object.keys(nodeApi).toSorted()).toMatchInlineSnapshot(`
    [
      "createAuditFile",
      "createOutputSink",
      "createSyslogSink",
      "earlierFiles",
      "openPolicy",
      "verifyAudit",
      "watchTextFile",
    ]
  `)
  expect(Object.keys(settingsApi).toSorted()).toMatchInlineSnapshot(`
    [
      "openAccess",
      "policySettings",
    ]
  `)
})
