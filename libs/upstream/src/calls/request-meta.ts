import type { RequestContext } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

type Json = Readonly<Record<string, unknown>>

const metaKey = 'io.modelcontextprotocol/'

/**
 * Names of capabilities that the hub cannot relay. If they were declared, a server could return results of an
 * unknown kind.
 */
const notRelayed = /^(?:tasks|experimental)$|\/(?:tasks|skills)$/

/** Returns the capabilities of the caller of a request that are declared to the server. */
export function clientCapabilitiesOf({ client, ask }: RequestContext): Json {
  if (client === undefined) {
    // A caller that is not an MCP client can receive forms and URLs as interactions.
    return ask === undefined ? {} : { elicitation: { form: {}, url: {} } }
  }
  const { extensions, ...others } = client.capabilities
  return {
    ...relayed(others),
    ...(isRecord(extensions) ? { extensions: relayed(extensions) } : {}),
  }
}

function relayed(capabilities: Json): Json {
  return Object.fromEntries(Object.entries(capabilities).filter(([name]) => !notRelayed.test(name)))
}

/** Returns the `_meta` of a request to an upstream server. It never contains credentials. */
export function requestMeta(context: RequestContext, era: 'modern' | 'legacy'): Json {
  const { trace, client } = context
  return {
    ...(trace === undefined ? {} : { ...trace }),
    ...(era === 'legacy'
      ? {}
      : {
          [`${metaKey}clientCapabilities`]: clientCapabilitiesOf(context),
          ...(client?.logLevel === undefined ? {} : { [`${metaKey}logLevel`]: client.logLevel }),
        }),
  }
}
