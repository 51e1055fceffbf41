import { createClientService } from '@mcp/client-service'
import type { Dispatcher, DispatcherOptions } from '@mcp/dispatcher'
import { createDispatcher } from '@mcp/dispatcher'
import type { LlmProvider } from '@mcp/llm'
import { createOfflinePlanner } from '@mcp/llm'
import type { CapabilityServer, Service } from '@mcp/protocol'
import type { ErrorContext } from '@mcp/server'
import type { ToolsServerOptions } from '@mcp/server-tools'
import { toolsServer } from '@mcp/server-tools'
import type { SessionManager, SessionManagerOptions } from '@mcp/session-manager'
import { createSessionManager } from '@mcp/session-manager'

export interface HubOptions extends Omit<SessionManagerOptions, 'dispatcher' | 'onError'> {
  /** Servers besides the built-in ones. Default: none. */
  servers?: readonly CapabilityServer[] | undefined
  /** Settings of the built-in servers. */
  tools?: ToolsServerOptions | undefined
  /** Answers the client's prompts. Default: the offline planner, which is no language model. */
  llm?: LlmProvider | undefined
  /** Told of what went wrong and no answer says, and of the request it was about. Default: do nothing. */
  onError?: ((error: unknown, context?: ErrorContext) => void) | undefined
  /** Limits and middleware of the dispatcher. */
  dispatcher?: Omit<DispatcherOptions, 'servers' | 'clock' | 'onError'> | undefined
}

/** The whole system in one process. */
export interface Hub {
  readonly services: {
    /** Sessions, requests and events. */
    readonly sessionManager: SessionManager
    /** The client's REST API and its page. */
    readonly client: Service
  }
  readonly dispatcher: Dispatcher
  /** Closes the services, then the servers. Twice is harmless. */
  close(): Promise<void>
}

/**
 * Makes the session manager, the client and every built-in server, wired together in this process.
 *
 * @example
 * const { services, close } = createHub({ servers: [weatherServer] })
 */
export function createHub(options: HubOptions = {}): Hub {
  const { servers = [], tools, llm = createOfflinePlanner(), dispatcher: guards, ...rest } = options
  const { clock, onError, authenticate } = rest
  const builtin: CapabilityServer[] = [toolsServer({ clock, onError, ...tools })]
  const dispatcher = createDispatcher({
    ...guards,
    servers: [...builtin, ...servers],
    clock,
    onError,
  })
  const sessionManager = createSessionManager({ ...rest, dispatcher })
  const client = createClientService({
    sessionManagerUrl: 'http://session-manager',
    fetch: (request) => sessionManager.fetch(request),
    llm,
    authenticate,
    onError,
  })

  return {
    services: { sessionManager, client },
    dispatcher,
    async close() {
      await client.close()
      await sessionManager.close()
      await dispatcher.close()
    },
  }
}
