import type { Caller, Read } from './guarded-hub.ts'
import type { PrivateState } from './private-state.ts'
import { callId, rpc, waitingCall } from './private-state.ts'

/** An attempt to reach data or state of Ada. Both callers make the same attempt. */
export interface Attempt {
  readonly name: string
  readonly send: (state: PrivateState, caller: Caller) => Promise<Read>
  /** Status for Ben. */
  readonly ben: number
  /** Status for Ada. Undefined if the attempt is not made for her. */
  readonly ada?: number
  /** Pattern of the text that Ben receives, for failed attempts with a successful status. */
  readonly says?: RegExp
  /** Whether the response to Ada contains her secret text, which proves that the attempt can reveal it. */
  readonly reveals?: boolean
}

type Body = (state: PrivateState) => unknown
type Path = (state: PrivateState) => string
interface Details {
  readonly body?: Body
  readonly headers?: (state: PrivateState) => Readonly<Record<string, string>>
}
type Expected = Omit<Attempt, 'name' | 'send'>

function route(
  service: 'manager' | 'client',
  line: string,
  path: Path,
  expected: Expected,
  { body, headers }: Details = {},
): Attempt {
  const [method = 'GET'] = line.split(' ')
  return {
    ...expected,
    name: `${service === 'client' ? 'client app: ' : ''}${line}`,
    send: ({ hub, ...rest }, caller) => {
      const state = { hub, ...rest }
      const options = { headers: headers?.(state) ?? {} }
      const content = body === undefined ? {} : { body: body(state) }
      return hub.send(service, caller, method, path(state), { ...options, ...content })
    },
  }
}

const at = (rest: string) => (state: PrivateState) => `/sessions/${state.sessions.ada}${rest}`
const own = (rest: string) => (state: PrivateState) => `/sessions/${state.sessions.ben}${rest}`
const events = () => ({ accept: 'text/event-stream' })
const add = { tool: 'calculator', operation: 'add', params: { a: 1, b: 2 } }
const request = () => ({ type: 'tool-execution', payload: add })
const hidden = { ben: 404 } as const
const shown = { ben: 404, ada: 200, reveals: true } as const
const reached = { ben: 404, ada: 200 } as const

/** Attempts to reach the session of Ada at the session manager, and its data. */
export const sessionAttempts: readonly Attempt[] = [
  route('manager', 'GET session', at(''), shown),
  route('manager', 'GET sessions', () => '/sessions', { ben: 200, ada: 200, reveals: true }),
  route('manager', 'GET sessions after a cursor', () => '/sessions?cursor=0', { ben: 200 }),
  route('manager', 'POST request', at('/requests'), reached, { body: request }),
  route('manager', 'POST request, streamed', at('/requests'), reached, {
    body: request,
    headers: events,
  }),
  route('manager', 'POST request with a recorded response', at('/requests'), shown, {
    body: ({ requests }) => recordedRequest(requests.recorded),
  }),
  route('manager', 'POST operation', at('/tools/calculator/add'), reached, {
    body: () => add.params,
  }),
  route('manager', 'GET events', at('/events'), reached),
  route('manager', 'GET events after the first', at('/events'), shown, {
    headers: () => ({ 'last-event-id': '0.0' }),
  }),
  route('manager', 'GET activity', at('/activity'), reached),
  route('manager', 'GET activity, streamed', at('/activity'), reached, { headers: events }),
  route('manager', 'GET activity entry', at('/activity/4'), reached),
  route('manager', 'POST activity', at('/activity'), hidden, { body: () => ({}) }),
  route(
    'manager',
    'POST notification',
    at('/notifications'),
    { ben: 404, ada: 202 },
    {
      body: () => ({ type: 'note', data: {} }),
    },
  ),
  route('manager', 'POST read of a large result', at('/tools/tools/readResult'), shown, {
    body: ({ resultRef }) => ({ resultRef }),
  }),
  route('manager', 'POST statement in a transaction', at('/database/query'), reached, {
    body: ({ transactionId }) => ({ sql: 'select 1', transactionId }),
  }),
  route(
    'manager',
    'POST memo of an upstream server',
    own('/memo/memo/memo'),
    { ben: 200 },
    {
      body: () => ({}),
    },
  ),
]

/** Attempts of Ben through his own session, with ids of Ada's. */
export const ownSessionAttempts: readonly Attempt[] = [
  route(
    'manager',
    'POST own request with the id of a recorded one',
    own('/requests'),
    { ben: 200 },
    {
      body: ({ requests }) => ({ ...request(), id: requests.recorded }),
    },
  ),
  route('manager', 'POST own request that claims to be of Ada', own('/requests'), hidden, {
    body: ({ sessions, resultRef }) => ({
      type: 'tool-execution',
      payload: { tool: 'tools', operation: 'readResult', params: { resultRef } },
      metadata: { sessionId: sessions.ada, principal: 'ada' },
    }),
  }),
  route(
    'manager',
    'POST own request with the headers of a service',
    own('/tools/tools/readResult'),
    hidden,
    {
      body: ({ resultRef }) => ({ resultRef }),
      headers: ({ sessions }) => ({
        'mcp-context-session': sessions.ada,
        'mcp-context-principal': 'ada',
      }),
    },
  ),
  route('manager', 'POST commit of a transaction', own('/database/commit'), hidden, {
    body: ({ transactionId }) => ({ transactionId }),
  }),
  route('manager', 'POST rollback of a transaction', own('/database/rollback'), hidden, {
    body: ({ transactionId }) => ({ transactionId }),
  }),
  route('manager', 'DELETE own request with an id of Ada', own('/requests/request-waiting'), {
    ben: 204,
  }),
  {
    ...route('manager', 'POST response to an interaction of Ada', () => '', hidden),
    send: ({ hub, sessions, interactionId }, caller) =>
      hub.send(
        'manager',
        caller,
        'POST',
        `/sessions/${sessions.ben}/interactions/${interactionId}`,
        { body: { action: 'decline' } },
      ),
  },
  route(
    'manager',
    'POST notification to all sessions',
    () => '/notifications',
    { ben: 403 },
    {
      body: () => ({ type: 'note', data: {} }),
    },
  ),
]

function recordedRequest(id: string) {
  const params = { text: 'ada-private-1815' }
  const payload = { tool: 'textProcessor', operation: 'toLowerCase', params }
  return { id, type: 'tool-execution', payload }
}

const mcp = (
  name: string,
  expected: Expected,
  send: (state: PrivateState, caller: Caller) => Promise<Read>,
): Attempt => ({ ...expected, name: `/mcp: ${name}`, send })

const getMcp = ({ hub, mcpSession }: PrivateState, caller: Caller, headers = {}) =>
  hub.send('manager', caller, 'GET', '/mcp', {
    headers: { ...events(), 'mcp-session-id': mcpSession, ...headers },
  })
const postMcp = ({ hub, mcpSession }: PrivateState, caller: Caller, message: object) =>
  hub.send('manager', caller, 'POST', '/mcp', {
    body: { jsonrpc: '2.0', ...message },
    headers: { accept: 'application/json, text/event-stream', 'mcp-session-id': mcpSession },
  })

/** Sessions, calls and results of the standard MCP clients of Ada. */
export const mcpAttempts: readonly Attempt[] = [
  mcp('a call in a session', reached, ({ hub, mcpSession }, caller) =>
    rpc(hub, caller, 'legacy', {
      method: 'tools/call',
      params: { name: 'calculator_add', arguments: add.params },
      session: mcpSession,
    }),
  ),
  mcp('the stream of a session', reached, (state, caller) => getMcp(state, caller)),
  mcp('the stream of a session, resumed', hidden, (state, caller) =>
    getMcp(state, caller, { 'last-event-id': '0.0' }),
  ),
  mcp('a response in a session', hidden, (state, caller) =>
    postMcp(state, caller, { id: 'x', result: { action: 'accept' } }),
  ),
  mcp('a cancellation in a session', hidden, (state, caller) =>
    postMcp(state, caller, { method: 'notifications/cancelled', params: { requestId: 1 } }),
  ),
  mcp(
    'a response to the question of a call',
    { ben: 200, says: /expired requestState/ },
    ({ hub, requestState }, caller) =>
      rpc(hub, caller, 'modern', {
        ...waitingCall,
        params: { ...waitingCall.params, requestState, inputResponses: {} },
      }),
  ),
  mcp('a large result', { ben: 400, says: /error/ }, ({ hub, resultRef }, caller) =>
    rpc(hub, caller, 'modern', {
      method: 'resources/read',
      params: { uri: `result://tools/${resultRef}` },
    }),
  ),
]

const withSession = ({ sessions }: PrivateState) => ({ 'x-session-id': sessions.ada })
const inSession = { headers: withSession }

/** The session of Ada at the client app, her saved calls and the streams. */
export const clientAttempts: readonly Attempt[] = [
  route('client', 'GET session', () => '/sessions/current', shown, inSession),
  route(
    'client',
    'GET session in a cookie',
    () => '/sessions/current',
    { ben: 200 },
    {
      headers: ({ sessions }) => ({ cookie: `mcp_session=${sessions.ada}` }),
    },
  ),
  route('client', 'GET sessions', () => '/sessions', { ben: 200, ada: 200, reveals: true }),
  route('client', 'PUT session by its handle', () => '/sessions/current', reached, {
    body: ({ handle }) => ({ handle }),
  }),
  route('client', 'DELETE session by its handle', ({ handle }) => `/sessions/${handle}`, hidden),
  route('client', 'POST request', () => '/requests', reached, { ...inSession, body: request }),
  route('client', 'POST tool', () => '/tools/execute', reached, { ...inSession, body: () => add }),
  route('client', 'POST prompt', () => '/process', reached, {
    ...inSession,
    body: () => ({ prompt: 'Hello' }),
  }),
  route('client', 'DELETE request', () => '/requests/request-waiting', hidden, inSession),
  route('client', 'GET events', () => '/events', reached, inSession),
  route('client', 'GET activity', () => '/activity', reached, inSession),
  route('client', 'GET stream of the session', () => '/stream?session=1', reached, inSession),
  route('client', 'GET stream of runs', ({ finishedRun }) => `/stream?runs=${finishedRun}`, shown),
  route(
    'client',
    'GET stream of the activity of a conversation',
    ({ conversationId }) => `/stream?activity=${conversationId}`,
    reached,
  ),
  route('client', 'GET stream of decisions', () => '/stream?pending=1', {
    ben: 200,
    ada: 200,
    reveals: true,
  }),
  route('client', 'GET saved calls', () => '/saved-calls', { ben: 200, ada: 200, reveals: true }),
  route('client', 'GET saved call', () => '/saved-calls/private', shown),
  route('client', 'POST run of a saved call', () => '/saved-calls/private/run', shown, {
    body: () => ({}),
  }),
  route('client', 'DELETE saved call', () => '/saved-calls/private', hidden),
]

const conversation = (rest: string) => (state: PrivateState) =>
  `/conversations/${state.conversationId}${rest}`
const run = (rest: string) => (state: PrivateState) => `/runs/${state.finishedRun}${rest}`
const waitingRun = (rest: string) => (state: PrivateState) => `/runs/${state.waitingRun}${rest}`

/** Conversations and runs of Ada, and her decisions. */
export const conversationAttempts: readonly Attempt[] = [
  route('client', 'GET conversations', () => '/conversations?query=private', {
    ben: 200,
    ada: 200,
    reveals: true,
  }),
  route('client', 'GET conversation', conversation(''), shown),
  route('client', 'PATCH conversation', conversation(''), shown, {
    body: () => ({ policy: 'changes' }),
  }),
  route('client', 'DELETE conversation', conversation(''), hidden),
  route('client', 'GET export as JSON', conversation('/export'), shown),
  route('client', 'GET export as Markdown', conversation('/export?format=markdown'), shown),
  route(
    'client',
    'GET activity of a conversation',
    ({ conversationId }) => `/activity?conversation=${conversationId}`,
    reached,
  ),
  route(
    'client',
    'GET entry of it',
    ({ conversationId }) => `/activity/1?conversation=${conversationId}`,
    reached,
  ),
  route(
    'client',
    'POST run',
    ({ waitingConversationId: id }) => `/conversations/${id}/runs`,
    hidden,
    {
      body: () => ({ prompt: 'Hello' }),
    },
  ),
  route('client', 'GET run', run(''), shown),
  route('client', 'GET events of a run', run('/events'), shown),
  route('client', 'GET result of a run', ({ resultPath }) => resultPath, shown),
  route('client', 'POST stop of a run', waitingRun('/stop'), hidden),
  route('client', 'POST continuation of a run', run('/continue'), hidden, { body: () => ({}) }),
  route('client', 'POST decision about a call', waitingRun(`/calls/${callId}/decision`), hidden, {
    body: () => ({ decision: 'once' }),
  }),
  route(
    'client',
    'POST response to an interaction of a run',
    waitingRun('/interactions/i'),
    hidden,
    {
      body: () => ({ action: 'accept' }),
    },
  ),
  route('client', 'GET what waits for a decision', () => '/pending', {
    ben: 200,
    ada: 200,
    reveals: true,
  }),
  route('client', 'DELETE grant', ({ grantId }) => `/grants/${grantId}`, hidden),
]

/** Attempts to use operations that are only for operators. */
export const operatorAttempts: readonly Attempt[] = [
  route(
    'client',
    'PUT provider',
    () => '/providers/recorder',
    { ben: 403 },
    {
      body: () => ({ key: 'stolen' }),
    },
  ),
  route('manager', 'POST restart of a server', () => '/servers/memo/restart', { ben: 403 }),
  route('manager', 'DELETE server', () => '/servers/memo', { ben: 403 }),
  route(
    'manager',
    'GET explanation for another caller',
    () => '/policy/explain?principal=ada&server=roots&operation=listRoots',
    {
      ben: 403,
      ada: 200,
    },
  ),
]
