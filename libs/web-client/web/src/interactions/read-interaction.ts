import { isRecord } from '@mcp/protocol/light'

import { isWebAddress } from '../elements/is-web-address.ts'

/** An interaction of a server, as the page shows it. */
export interface ShownInteraction {
  readonly interactionId: string
  readonly kind: string
  readonly title: string
  readonly message: string
  /** JSON Schema of the content. Absent if the response has no content. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined
  /** Address that the user is to open. */
  readonly url?: string | undefined
  /** Whether the URL is safe as a link. A URL such as `javascript:` would run code in the page. */
  readonly isLink: boolean
  /** Params of `sampling/createMessage`. */
  readonly sampling?: Readonly<Record<string, unknown>> | undefined
  readonly expiresAt?: number | undefined
}

const titles = new Map([
  ['approval', 'A server requires approval'],
  ['elicitation', 'A server needs information'],
  ['sampling', 'A server requests a response of a model'],
  ['roots', 'A server requests the list of roots'],
])

/** Returns the parts of an interaction that the page shows. */
export function readInteraction(
  interactionId: string,
  data: Readonly<Record<string, unknown>>,
): ShownInteraction {
  const { kind, message, schema, url, sampling, expiresAt } = data
  const name = typeof kind === 'string' ? kind : 'interaction'
  const expiry = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN
  return {
    interactionId,
    kind: name,
    title: titles.get(name) ?? `A server requests: ${name}`,
    message: typeof message === 'string' ? message : '',
    ...(isRecord(schema) && { schema }),
    ...(typeof url === 'string' && { url }),
    isLink: isWebAddress(url),
    ...(isRecord(sampling) && { sampling }),
    ...(!Number.isNaN(expiry) && { expiresAt: expiry }),
  }
}
