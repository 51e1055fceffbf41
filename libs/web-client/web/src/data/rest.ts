import { createRestClient } from '@mcp/client/rest'

import { serviceUrl } from './service-url.ts'
import { sessionFirst } from './session-first.ts'
import { fetchSignedIn } from './sign-in.ts'
import { tokenHeaders } from './token.ts'

/** The service of this page. */
export const rest = createRestClient({
  url: serviceUrl,
  fetch: sessionFirst(fetchSignedIn, new URL('sessions/current', serviceUrl)),
  headers: () => ({ 'x-mcp-page': '1', ...tokenHeaders() }),
})
