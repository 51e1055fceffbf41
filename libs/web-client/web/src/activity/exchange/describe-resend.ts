import type { OperationDescription, ServerListing } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

import { callAddress } from '../../console/call-address.ts'
import { entriesOf } from '../../console/catalogue.ts'
import type { CallRequest } from '../../data/send-call.ts'
import { requestArguments } from '../../console/operation-call.ts'
import type { Exchange } from '../log/exchange.ts'

/** The ways to send a recorded request again. */
export type Resend =
  | { readonly type: 'impossible'; readonly reason: string }
  | {
      readonly type: 'possible'
      readonly operation: OperationDescription
      /** Undefined if the request was not recorded completely. */
      readonly request: CallRequest | undefined
      /** Address of the console with the arguments, to edit them. */
      readonly address: string
      /** Difference from the recorded request. */
      readonly note: string | undefined
    }

/** Text that the session manager records in place of a secret. */
const blank = '[secret]'

/** Returns how a request can be sent again, from its recorded payload. */
export function describeResend(
  servers: readonly ServerListing[],
  { server = '', operation: path }: Pick<Exchange, 'server' | 'operation'>,
  payload: unknown,
): Resend {
  const entry = entriesOf(servers).find((each) => each.server === server && each.path === path)
  if (entry === undefined) {
    const name = [server, path].filter(Boolean).join('.')
    return { type: 'impossible', reason: `The catalogue does not have the operation ${name}.` }
  }
  const { operation } = entry
  const args = isRecord(payload) ? requestArguments(operation, payload) : undefined
  const plain = { type: 'possible', operation, address: callAddress(entry) } as const
  if (args === undefined || !isRecord(payload)) {
    const note =
      'Its arguments were not recorded. Contents are recorded from the first time that the activity is shown.'
    return { ...plain, request: undefined, note }
  }
  const address = callAddress(entry, args)
  if (JSON.stringify(payload).includes(blank)) {
    const note = 'Secrets are not recorded. Fill them in before you send it again.'
    return { ...plain, address, request: undefined, note }
  }
  const isWhole = address !== plain.address || Object.keys(args).length === 0
  return {
    ...plain,
    address,
    request: { type: operation.type, payload },
    note: isWhole ? undefined : 'Its arguments are too long for the address of the console.',
  }
}
