import type { InteractionResponse, ServerListing } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'
import type { Clock } from '@mcp/protocol/light'
import type {
  ActivityEntry,
  ActivityPage,
  AddedServer,
  ContinueBody,
  ConversationChanges,
  ConversationDetail,
  ConversationDocument,
  ConversationPage,
  ConversationQuery,
  ConversationSettings,
  ConversationView,
  CreatedConversation,
  DecisionBody,
  DiscoveredProviders,
  GrantList,
  ModelList,
  ModelTestResult,
  NamedCall,
  NewServer,
  PendingItem,
  ProviderBody,
  ProviderState,
  RunBody,
  RunInfo,
  SavedCall,
  SavedCallList,
  SessionBody,
  SessionInfo,
  SessionList,
  StartedLogin,
  StartedRun,
  ToolApproval,
} from '@mcp/protocol/rest'

import { keepAliveClock } from '../http/retry.ts'
import type {
  ActivityItem,
  CombinedStreamOptions,
  RunStreamOptions,
  StreamEntry,
  StreamOptions,
} from './rest-streams.ts'
import { createRestStreams } from './rest-streams.ts'
import { sendRestRequest } from './rest-requests.ts'
import type { RestRequestOptions } from './rest-requests.ts'
import type { RestCallOptions, RestTransport, RestTransportOptions } from './rest-transport.ts'
import { createRestTransport } from './rest-transport.ts'

/** Options of {@link createRestClient}. */
export interface RestClientOptions extends RestTransportOptions {
  /** Address of the web client. In a browser, it may be relative to the page. */
  readonly url: RestTransportOptions['url']
  /**
   * Headers of every request, such as `authorization` or `x-mcp-owner`. A function is called before each
   * request. Default: none.
   */
  readonly headers?: RestTransportOptions['headers']
  /** Function that sends an HTTP request. Default: `fetch`. */
  readonly fetch?: RestTransportOptions['fetch']
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** A client of the REST API of the web client. */
export type RestClient = ReturnType<typeof createRestClient>

/**
 * Creates a client of the REST API of the web client. Calls are not retried; streams reconnect. Every
 * failure of the connection or of the web client is an `McpError`.
 *
 * @example
 * const client = createRestClient({ url: 'http://localhost:8080' })
 * const { id } = await client.conversations.create({ title: 'Sums' })
 * const { runId } = await client.runs.start(id, { prompt: 'What is 12 * 12?' })
 * for await (const { event } of client.runs.events(runId)) console.log(event.type)
 */
export function createRestClient({ clock = keepAliveClock, ...options }: RestClientOptions) {
  const transport = createRestTransport(options)
  const streams = createRestStreams({ transport, clock })

  return {
    conversations: conversationCalls(transport),
    runs: {
      ...runCalls(transport),
      /**
       * Iterates over the events of a run until it has finished.
       *
       * @throws McpError `conflict` with the reason `stream-gap` if the position does not exist.
       */
      events: (runId: string, settings: RunStreamOptions = {}): AsyncGenerator<RunEvent, void> =>
        streams.run(runId, settings),
    },
    pending: {
      /** Returns the approvals and interactions that wait for the user. */
      list: async (call?: RestCallOptions): Promise<readonly PendingItem[]> =>
        (
          await transport.json<{ readonly pending: readonly PendingItem[] }>({
            ...call,
            path: ['pending'],
          })
        ).pending,
    },
    grants: {
      /** Returns the decisions that apply to all conversations of the caller. */
      list: async (call?: RestCallOptions) =>
        (await transport.json<GrantList>({ ...call, path: ['grants'] })).grants,
      /** Removes a decision, so that its calls require approval again. */
      remove: (id: string, call?: RestCallOptions) =>
        transport.done({ ...call, method: 'DELETE', path: ['grants', id] }),
    },
    ...modelCalls(transport),
    ...sessionCalls(transport),
    savedCalls: savedCallCalls(transport),
    activity: {
      /** Returns a page of the activity of the session, or of the runs of a conversation. */
      page: (
        query: {
          readonly cursor?: string | undefined
          readonly limit?: number | undefined
          /** Id of a conversation, whose runs have a session of their own. */
          readonly conversation?: string | undefined
        } = {},
        call?: RestCallOptions,
      ) => transport.json<ActivityPage>({ ...call, path: ['activity'], query: { ...query } }),
      /** Returns an entry with its whole content. */
      read: (
        seq: number,
        {
          conversation,
          ...call
        }: RestCallOptions & { readonly conversation?: string | undefined } = {},
      ) =>
        transport.json<ActivityEntry>({
          ...call,
          path: ['activity', String(seq)],
          query: { conversation },
        }),
      /** Iterates over the activity of the session. */
      events: (
        settings: StreamOptions & { readonly after?: string | undefined } = {},
      ): AsyncGenerator<ActivityItem & { readonly position: string | undefined }, void> =>
        streams.activity(settings),
    },
    /** Iterates over several sources on one connection. */
    stream: (settings: CombinedStreamOptions): AsyncGenerator<StreamEntry, void> =>
      streams.combined(settings),
  }
}

function conversationCalls({ json, text, done }: RestTransport) {
  const path = (id: string, ...rest: string[]) => ['conversations', id, ...rest]
  return {
    list: (query: ConversationQuery = {}, call?: RestCallOptions) =>
      json<ConversationPage>({ ...call, path: ['conversations'], query: { ...query } }),
    create: (settings: ConversationSettings = {}, call?: RestCallOptions) =>
      json<CreatedConversation>({
        ...call,
        method: 'POST',
        path: ['conversations'],
        body: settings,
      }),
    read: (id: string, call?: RestCallOptions) =>
      json<ConversationDetail>({ ...call, path: path(id) }),
    update: (id: string, changes: ConversationChanges, call?: RestCallOptions) =>
      json<ConversationView>({ ...call, method: 'PATCH', path: path(id), body: changes }),
    remove: (id: string, call?: RestCallOptions) =>
      done({ ...call, method: 'DELETE', path: path(id) }),
    export: (id: string, call?: RestCallOptions) =>
      json<ConversationDocument>({ ...call, path: path(id, 'export') }),
    exportMarkdown: (id: string, call?: RestCallOptions) =>
      text({ ...call, path: path(id, 'export'), query: { format: 'markdown' } }),
    import: (document: ConversationDocument, call?: RestCallOptions) =>
      json<CreatedConversation>({ ...call, method: 'POST', path: path('import'), body: document }),
  }
}

function runCalls({ json, text, done }: RestTransport) {
  return {
    /** Starts a run. The run continues if the caller disconnects. */
    start: (conversationId: string, body: RunBody, call?: RestCallOptions) =>
      json<StartedRun>({
        ...call,
        method: 'POST',
        path: ['conversations', conversationId, 'runs'],
        body,
      }),
    read: (runId: string, call?: RestCallOptions) =>
      json<RunInfo>({ ...call, path: ['runs', runId] }),
    /** Returns a complete result, to which an event refers. */
    result: (runId: string, ref: string, call?: RestCallOptions) =>
      text({ ...call, path: ['runs', runId, 'results', ref] }),
    /** Stops a run. Resolves when it has ended. */
    stop: (runId: string, call?: RestCallOptions) =>
      json<RunInfo>({ ...call, method: 'POST', path: ['runs', runId, 'stop'] }),
    /** Continues the last run of a conversation as a new run. */
    continue: (runId: string, body: ContinueBody = {}, call?: RestCallOptions) =>
      json<StartedRun>({ ...call, method: 'POST', path: ['runs', runId, 'continue'], body }),
    /** Decides about a call that requires approval. */
    decide: (runId: string, callId: string, decision: DecisionBody, call?: RestCallOptions) =>
      done({
        ...call,
        method: 'POST',
        path: ['runs', runId, 'calls', callId, 'decision'],
        body: decision,
      }),
    /** Responds to an interaction of the session of a run. */
    respond: (
      runId: string,
      interactionId: string,
      response: InteractionResponse,
      call?: RestCallOptions,
    ) =>
      done({
        ...call,
        method: 'POST',
        path: ['runs', runId, 'interactions', interactionId],
        body: response,
      }),
  }
}

function modelCalls({ json }: RestTransport) {
  return {
    models: {
      /** Returns the providers with their models. */
      list: (call?: RestCallOptions) => json<ModelList>({ ...call, path: ['models'] }),
    },
    providers: {
      /** Sets the key, the address or the default model. `null` removes a setting. */
      configure: (id: string, change: ProviderBody, call?: RestCallOptions) =>
        json<ProviderState>({ ...call, method: 'PUT', path: ['providers', id], body: change }),
      /** Makes a small call of a model. */
      test: (
        id: string,
        body: { readonly model?: string | undefined } = {},
        call?: RestCallOptions,
      ) =>
        json<ModelTestResult>({ ...call, method: 'POST', path: ['providers', id, 'test'], body }),
      /** Finds model servers at the usual ports of the machine of the web client. */
      discover: (call?: RestCallOptions) =>
        json<DiscoveredProviders>({ ...call, method: 'POST', path: ['providers', 'discover'] }),
    },
  }
}

function sessionCalls(transport: RestTransport) {
  const { json, done } = transport
  return {
    servers: {
      /** Returns the servers with their operations and their health. */
      list: async (call?: RestCallOptions): Promise<readonly ServerListing[]> =>
        (await json<{ readonly servers: readonly ServerListing[] }>({ ...call, path: ['servers'] }))
          .servers,
      /** Adds a standard MCP server, for operators. */
      add: (server: NewServer, call?: RestCallOptions) =>
        json<AddedServer>({ ...call, method: 'POST', path: ['servers'], body: server }),
      /** Removes a server that an operator has added. */
      remove: (name: string, call?: RestCallOptions) =>
        done({ ...call, method: 'DELETE', path: ['servers', name] }),
      /** Closes the connections of a server. The next call opens a new one. */
      restart: (name: string, call?: RestCallOptions) =>
        done({ ...call, method: 'POST', path: ['servers', name, 'restart'] }),
      /** Starts a login at a server. Returns the address at which a person completes it. */
      authorize: (name: string, call?: RestCallOptions) =>
        json<StartedLogin>({ ...call, method: 'POST', path: ['servers', name, 'authorize'] }),
      /** Approves the changed definitions of tools of a server. Default: those of all tools. */
      approve: (name: string, approval: ToolApproval = {}, call?: RestCallOptions) =>
        done({ ...call, method: 'POST', path: ['servers', name, 'approve'], body: approval }),
    },
    requests: {
      /**
       * Sends a request to a server. An abort of the signal cancels it.
       *
       * @throws McpError the error of an error response.
       */
      send: (
        type: string,
        payload: Readonly<Record<string, unknown>> = {},
        { id, ...settings }: RestRequestOptions = {},
      ) => {
        const body = { type, payload, id }
        return sendRestRequest(transport, { method: 'POST', path: ['requests'], body }, settings)
      },
      /** Cancels a request by its id. */
      cancel: (id: string, call?: RestCallOptions) =>
        done({ ...call, method: 'DELETE', path: ['requests', id] }),
    },
    interactions: {
      /** Responds to an interaction of the session. */
      respond: (interactionId: string, response: InteractionResponse, call?: RestCallOptions) =>
        done({
          ...call,
          method: 'POST',
          path: ['interactions', interactionId],
          body: response,
        }),
    },
    sessions: {
      /** Opens a session. Browsers later send its cookie, and other callers its id in `X-Session-Id`. */
      create: (body: SessionBody = {}, call?: RestCallOptions) =>
        json<SessionInfo>({ ...call, method: 'POST', path: ['sessions'], body }),
      /** Returns the session of the caller. */
      current: (call?: RestCallOptions) =>
        json<SessionInfo>({ ...call, path: ['sessions', 'current'] }),
      /** Returns the sessions of the caller. A handle names a session without granting access. */
      list: async (call?: RestCallOptions) =>
        (await json<SessionList>({ ...call, path: ['sessions'] })).sessions,
      /** Makes another session of the caller the current session of the browser. */
      switch: (handle: string, call?: RestCallOptions) =>
        json<SessionInfo>({
          ...call,
          method: 'PUT',
          path: ['sessions', 'current'],
          body: { handle },
        }),
      /** Closes a session by its handle. */
      remove: (handle: string, call?: RestCallOptions) =>
        done({ ...call, method: 'DELETE', path: ['sessions', handle] }),
      /** Closes the session of the caller. */
      close: (call?: RestCallOptions) =>
        done({ ...call, method: 'DELETE', path: ['sessions', 'current'] }),
    },
  }
}

function savedCallCalls(transport: RestTransport) {
  const { json, done } = transport
  const path = (name: string, ...rest: string[]) => ['saved-calls', name, ...rest]
  return {
    list: (call?: RestCallOptions) => json<SavedCallList>({ ...call, path: ['saved-calls'] }),
    read: (name: string, call?: RestCallOptions) => json<NamedCall>({ ...call, path: path(name) }),
    /** Adds or replaces a call. */
    save: (name: string, saved: SavedCall, call?: RestCallOptions) =>
      json<NamedCall>({ ...call, method: 'PUT', path: path(name), body: saved }),
    remove: (name: string, call?: RestCallOptions) =>
      done({ ...call, method: 'DELETE', path: path(name) }),
    /** Runs a call. `params` replace saved parameters. */
    run: (
      name: string,
      body: { readonly params?: Readonly<Record<string, unknown>> | undefined } = {},
      settings: Omit<RestRequestOptions, 'id'> = {},
    ) => sendRestRequest(transport, { method: 'POST', path: path(name, 'run'), body }, settings),
  }
}
