import { failedRequest } from '../transport/failed-request.ts'
import type { Transport } from '../transport/transport.ts'
import { acceptedEncodings } from './decode-body.ts'
import type { Exchange, ExchangeRequest } from './exchange.ts'
import { headerOf, redirectOf } from './exchange.ts'
import { discard, readBody } from './read-body.ts'

/** Sends one request and reads the response. Discards the body of a redirect. */
export async function exchangeOnce(
  transport: Transport,
  request: ExchangeRequest,
): Promise<Exchange> {
  const { status, headers, body } = await transport.send({
    ...request,
    headers: { ...request.headers, 'accept-encoding': acceptedEncodings },
  })
  if (redirectOf({ status, headers }) !== undefined) {
    discard(body)
    return { status, headers, bytes: new Uint8Array(), truncated: false, incomplete: false }
  }
  try {
    const encoding = headerOf({ headers }, 'content-encoding')
    // A response to HEAD may have a content-encoding header, but it has no body to decode.
    const layers = request.method === 'HEAD' ? undefined : encoding
    return { status, headers, ...(await readBody(body, layers, request.maxBytes)) }
  } catch (thrown) {
    throw failedRequest(thrown, request)
  }
}
