import { createServiceSigner, serviceHeaders } from '@mcp/http'
import { systemClock } from '@mcp/protocol'

export const serviceToken = 'the-secret-of-the-services'
export const callerToken = 'the-secret-token-of-ada'

/** The environment of every process, by configuration. */
export const configurations = {
  'no tokens': {},
  'caller tokens': { MCP_TOKENS: `ada-lovelace:${callerToken}` },
  'service token': { MCP_INTERNAL_TOKEN: serviceToken },
  'both tokens': { MCP_TOKENS: `ada-lovelace:${callerToken}`, MCP_INTERNAL_TOKEN: serviceToken },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

/** The kinds of credentials that a caller may send. */
export const credentialKinds = ['none', 'wrong', 'bearer', 'raw secret', 'signed'] as const
export type CredentialKind = (typeof credentialKinds)[number]

/** Returns the headers of a caller with these credentials. */
export function credentials(
  kind: CredentialKind,
  audience: string,
  method: string,
  path: string,
): Record<string, string> {
  switch (kind) {
    case 'none':
      return {}
    case 'wrong':
      return { authorization: 'Bearer a-token-that-is-wrong' }
    case 'bearer':
      return { authorization: `Bearer ${callerToken}` }
    case 'raw secret':
      return { authorization: `Bearer ${serviceToken}`, 'mcp-service-token': serviceToken }
    case 'signed': {
      const sign = createServiceSigner({ serviceToken, audience, clock: systemClock })
      const { signature } = sign({ method, path, header: () => undefined })
      return { [serviceHeaders.signature]: signature }
    }
  }
}
