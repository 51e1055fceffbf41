import type { RunCall } from '@mcp/client/runs'
import type { ApprovalReason } from '@mcp/protocol/agent'
import { isRecord } from '@mcp/protocol/light'

import { formatCell } from '../output/table.ts'
import { toPlainJson } from '../output/terminal-text.ts'

/** Returns the name of the operation that a call is made to, such as `roots.writeFile`. */
export function callName({ server, operation, tool }: RunCall): string {
  return server === undefined || operation === undefined ? tool : `${server}.${operation}`
}

/** Returns a call in one line, such as `tools.calculator.add a=2 b=3`. Long values are cut. */
export function callLine(call: RunCall): string {
  const { arguments: values } = call
  const words = isRecord(values)
    ? Object.entries(values).map(([name, value]) => `${name}=${wordOf(value)}`)
    : []
  return formatCell([callName(call), ...words].join(' '))
}

function wordOf(value: unknown): string {
  const isPlain = typeof value === 'string' && /^[^\s"']+$/.test(value)
  return isPlain ? value : toPlainJson(value)
}

const reasonTexts: Readonly<Record<ApprovalReason, string>> = {
  changes: 'it changes something',
  leaves: 'it sends something to another machine',
  policy: 'the conversation requires approval of every call',
  changed: 'the operation has changed since it was allowed',
  'read-from-outside': 'the conversation has read text from outside',
}

/** Returns the lines that describe a call that requires approval. The arguments are not cut. */
export function approvalLines(call: RunCall): string[] {
  const { reasons = [], sendsTo, readFrom = [], changes = [] } = call.approval ?? {}
  return [
    `Approval required: ${callName(call)}`,
    ...toPlainJson(call.arguments, 2)
      .split('\n')
      .map((line) => `  ${line}`),
    `  Reason: ${reasons.map((reason) => reasonTexts[reason] ?? reason).join(', ')}.`,
    ...(sendsTo === undefined ? [] : [`  Sends data to: ${sendsTo}`]),
    ...(readFrom.length === 0 ? [] : [`  Has read: ${readFrom.join(', ')}`]),
    ...changes.map((change) => `  Changed: ${change}`),
  ]
}
