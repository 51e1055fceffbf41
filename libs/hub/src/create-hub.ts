import { mountMcp } from '@mcp/bridge'
import type { McpServiceOptions } from '@mcp/bridge'
import type { ConversationStore } from '@mcp/conversations'
import type { SavedCallStore } from '@mcp/web-client'
import { createWebClient } from '@mcp/web-client'
import type { Dispatcher, DispatcherOptions } from '@mcp/dispatcher'
import { createDispatcher } from '@mcp/dispatcher'
import type { ModelProvider, Providers } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/offline-planner'
import type { CloseOptions, Service } from '@mcp/http'
import { mountPolicy } from '@mcp/policy/http'
import type { OpenedAccess } from '@mcp/policy/settings'
import type { CapabilityServer } from '@mcp/protocol'
import type { ErrorContext } from '@mcp/server'
import type { DatabaseServerOptions } from '@mcp/server-database'
import { databaseServer } from '@mcp/server-database'
import type { InternetServerOptions } from '@mcp/server-internet'
import { internetServer } from '@mcp/server-internet'
import type { PromptsServerOptions } from '@mcp/server-prompts'
import { promptsServer } from '@mcp/server-prompts'
import type { ResourcesServerOptions } from '@mcp/server-resources'
import { resourcesServer } from '@mcp/server-resources'
import type { RootsServerOptions } from '@mcp/server-roots'
import { rootsServer } from '@mcp/server-roots'
import type { SamplingServerOptions } from '@mcp/server-sampling'
import { samplingServer } from '@mcp/server-sampling'
import type { ToolsServerOptions } from '@mcp/server-tools'
import { toolsServer } from '@mcp/server-tools'
import type { SessionManager, SessionManagerOptions } from '@mcp/session-manager'
import { createSessionManager } from '@mcp/session-manager'

export interface HubOptions extends Omit<SessionManagerOptions, 'dispatcher' | 'onError'> {
  /** Servers in addition to the built-in seven. Default: none. */
  servers?: readonly CapabilityServer[] | undefined
  /** Options of the resources server. Default: resources in memory. */
  resources?: ResourcesServerOptions | undefined
  /** Options of the sampling server. By default, it samples with `providers`, or with `llm` without them. */
  sampling?: SamplingServerOptions | undefined
  /** Options of the tools server. By default, it has the calculator, text processor and data transformer. */
  tools?: ToolsServerOptions | undefined
  /** Options of the database server. Default: one embedded database, in memory. */
  database?: DatabaseServerOptions | undefined
  /** Options of the internet server. By default, private addresses and search are not available. */
  internet?: InternetServerOptions | undefined
  /** Options of the roots server. By default, no folder is accessible. */
  roots?: RootsServerOptions | undefined
  /** Options of the prompts server. Default: prompts in memory. */
  prompts?: PromptsServerOptions | undefined
  /**
   * The language model of the client and of the sampling server. Default: the offline planner, which
   * is not a language model.
   */
  llm?: ModelProvider | undefined
  /** Providers of the client and of the sampling server. If set, `llm` is ignored. Default: `llm`. */
  providers?: Providers | undefined
  /** Ids of the authenticated callers that may configure `providers`. Default: none. */
  operators?: readonly string[] | undefined
  /** Ids of the authenticated callers that may use `administration` and `/policy/explain`. Default: none. */
  serverOperators?: readonly string[] | undefined
  /** Addresses of the hub. No provider may have one of them. Default: none. */
  ownUrls?: readonly string[] | undefined
  /** Stores the conversations. Default: in memory. The caller closes it after the hub. */
  conversationStore?: ConversationStore | undefined
  /** Returns why the store of conversations cannot be used, if so. Then `/ready` of the client fails. */
  storeFailure?: (() => string | undefined) | undefined
  /** Stores the saved calls. Default: in memory. */
  savedCalls?: SavedCallStore | undefined
  /** Receives each unexpected error, and its request if it has one. Default: errors are ignored. */
  onError?: ((error: unknown, context?: ErrorContext) => void) | undefined
  /** Options of `/mcp`, to which standard MCP clients connect; `false`: no `/mcp`. */
  mcp?:
    | Omit<McpServiceOptions, 'sessionManager' | 'dispatcher' | 'clock' | 'onError'>
    | false
    | undefined
  /**
   * Access control of the operations, and the policy of `/policy/explain`. Default: all operations are allowed.
   */
  access?: Partial<Pick<OpenedAccess, 'access' | 'policy'>> | undefined
  /** Limits, retries and middleware of the dispatcher. */
  dispatcher?: Omit<DispatcherOptions, 'servers' | 'clock' | 'metrics' | 'onError'> | undefined
}

/** The session manager, the client and the servers, running in this process. */
export interface Hub {
  readonly services: {
    /** Sessions, requests and events. */
    readonly sessionManager: SessionManager
    /** The web client: a REST API and a browser interface. */
    readonly client: Service
  }
  readonly dispatcher: Dispatcher
  /** Closes the services, then the servers. Idempotent. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Creates the session manager, the client and every built-in server, connected in this process.
 *
 * @example
 * const { services, close } = createHub({ servers: [weatherServer] })
 */
export function createHub(options: HubOptions = {}): Hub {
  const { servers = [], llm = createOfflinePlanner(), providers, ...configured } = options
  const {
    dispatcher: dispatcherOptions,
    conversationStore,
    storeFailure,
    savedCalls,
    operators,
    serverOperators,
    ownUrls,
    ...others
  } = configured
  const { resources, sampling, tools, database, internet, roots, prompts, mcp, access, ...rest } =
    others
  const { clock, metrics, onError, authenticate, basePath, limits } = rest
  const shared = { clock, onError }
  const dispatcher = createDispatcher({
    access: access?.access,
    ...dispatcherOptions,
    servers: [
      resourcesServer({ ...shared, ...resources }),
      samplingServer({
        ...shared,
        providers: providers === undefined ? [llm] : () => providers.ready(),
        ...sampling,
      }),
      toolsServer({ ...shared, ...tools }),
      databaseServer({ ...shared, ...database }),
      internetServer({ ...shared, ...internet }),
      rootsServer({ ...shared, ...roots }),
      promptsServer({ ...shared, ...prompts }),
      ...servers,
    ],
    clock,
    metrics,
    onError,
  })
  const mounts = [...(rest.mounts ?? [])]
  if (mcp !== false)
    mounts.push(
      mountMcp({ ...shared, basePath, maxBodyBytes: limits?.maxBodyBytes, ...mcp, dispatcher }),
    )
  if (access?.policy !== undefined) {
    const { policy } = access
    mounts.push(mountPolicy({ policy, dispatcher, operators: serverOperators, basePath, onError }))
  }
  const sessionManager = createSessionManager({
    ...rest,
    operators: serverOperators,
    mounts,
    dispatcher,
  })
  if (rest.stores?.isShared === true) {
    // Another hub may end a session that the servers of this one have state for.
    sessionManager.onSessionEnded((id) => void dispatcher.sessionClosed(id))
  }
  const client = createWebClient({
    sessionManagerUrl: 'http://session-manager',
    // The session manager treats these requests like those of the client app, which runs on this machine.
    fetch: (request) => sessionManager.fetch(request, { isLoopback: true }),
    llm,
    providers,
    operators,
    ownUrls,
    conversationStore,
    storeFailure,
    savedCalls,
    authenticate,
    basePath,
    maxBodyBytes: limits?.maxBodyBytes,
    onError,
  })

  return {
    services: { sessionManager, client },
    dispatcher,
    async close(options) {
      await Promise.all([client.close(options), sessionManager.close(options)])
      await dispatcher.close()
    },
  }
}
