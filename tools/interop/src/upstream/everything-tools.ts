import type { ClientOptions } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

/** The tools of `server-everything`, with the arguments of a call and a text of its result. */
export const everythingTools: Readonly<Record<string, readonly [args: object, text: string]>> = {
  echo: [{ message: 'hi' }, 'hi'],
  'get-sum': [{ a: 1, b: 2 }, '3'],
  'get-env': [{}, 'PATH'],
  'get-tiny-image': [{}, 'image/png'],
  'get-resource-links': [{ count: 2 }, 'resource_link'],
  'get-resource-reference': [{ resourceType: 'Text', resourceId: 1 }, 'demo:'],
  'get-structured-content': [{ location: 'New York' }, 'temperature'],
  'get-annotated-message': [{ messageType: 'success', includeImage: true }, 'annotations'],
  'gzip-file-as-resource': [
    { name: 'a.gz', data: 'data:text/plain,a', outputType: 'resource' },
    'application/gzip',
  ],
  'trigger-long-running-operation': [{ duration: 0.2, steps: 2 }, 'completed'],
  'toggle-simulated-logging': [{}, 'Started'],
  'toggle-subscriber-updates': [{}, 'Started'],
  'get-roots-list': [{}, 'file:///home/ann'],
  'trigger-elicitation-request': [{}, 'Ann'],
  'trigger-url-elicitation': [{ url: 'https://example.org/pay' }, 'accept'],
  'trigger-sampling-request': [{ prompt: 'Hello' }, 'sampled'],
  // This tool needs tasks, which are not part of the protocol of any client of the hub.
  'simulate-research-query': [{ topic: 'tea' }, 'task'],
}

const options: ClientOptions = {
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
}

/** Connects a client that responds to each request of a server. */
export async function connectAnsweringClient(
  fetch: (request: Request) => Promise<Response>,
): Promise<Client> {
  const client = new Client({ name: 'interop', version: '1.0.0' }, options)
  client.setRequestHandler('elicitation/create', ({ params }) =>
    params.mode === 'url'
      ? { action: 'accept' }
      : { action: 'accept', content: { name: 'Ann', check: true } },
  )
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    content: { type: 'text', text: 'sampled' },
    model: 'test',
  }))
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home/ann' }] }))
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://localhost/mcp/all'), {
      fetch: (url, init) => fetch(new Request(url, init)),
    }),
  )
  return client
}
