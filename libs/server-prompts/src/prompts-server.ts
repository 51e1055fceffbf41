import { prompts } from '@mcp/contracts/prompts'
import { systemClock } from '@mcp/protocol'
import type { SandboxLimits } from '@mcp/sandbox'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { createErrorReporter, defineServer } from '@mcp/server'

import { createChangeNotifier } from './library/change-notifier.ts'
import { createLibrary } from './library/library.ts'
import { createLabelHandlers } from './operations/label-handlers.ts'
import { createListHandlers } from './operations/list-handlers.ts'
import { createReadHandlers } from './operations/read-handlers.ts'
import { createRenderHandlers } from './operations/render-handlers.ts'
import { createWriteHandlers } from './operations/write-handlers.ts'
import { createPromptSandbox } from './sandbox/prompt-sandbox.ts'
import { createMemoryPromptStore } from './store/memory-prompt-store.ts'
import type { PromptStore } from './store/prompt-store.ts'

export interface PromptsServerOptions extends ServerOptions {
  /** Storage of the prompts. Default: {@link createMemoryPromptStore}. */
  readonly store?: PromptStore | undefined
  /** Whether an empty store is filled with ten starter prompts. Default: true. */
  readonly starter?: boolean | undefined
  /** Maximum number of prompts, including deleted ones. Default: 10,000. */
  readonly maxPrompts?: number | undefined
  /** Maximum length of all rendered messages of a prompt, in characters. Default: 1,000,000. */
  readonly maxRenderedLength?: number | undefined
  /** Limits of the worker processes. Default: 2 seconds and 128 MiB per job, 2 jobs per caller at a time. */
  readonly sandbox?: SandboxLimits | undefined
}

/**
 * Creates the prompts server, which offers prompts with versions, labels and typed arguments.
 *
 * @example
 * const server = promptsServer({ store: createFilePromptStore({ folder: '.data/prompts' }) })
 */
export function promptsServer(options: PromptsServerOptions = {}): LocalServer {
  const {
    store = createMemoryPromptStore(),
    starter = true,
    maxPrompts = 10_000,
    maxRenderedLength = 1_000_000,
    sandbox: sandboxLimits,
    ...serverOptions
  } = options
  const sandbox = createPromptSandbox(sandboxLimits)
  const library = createLibrary({
    store,
    notifier: createChangeNotifier(({ type, data }) => server.notify(type, data)),
    clock: serverOptions.clock ?? systemClock,
    maxPrompts,
    async seed(empty) {
      if (!starter) return
      const { addStarterPrompts } = await import('./starter/starter-prompts.ts')
      await addStarterPrompts(empty)
    },
    onError: createErrorReporter(serverOptions.onError),
  })

  const server = defineServer(
    prompts,
    {
      ...createListHandlers(library),
      ...createReadHandlers({ library, sandbox }),
      ...createRenderHandlers({ library, sandbox, maxRenderedLength }),
      ...createWriteHandlers({ library, sandbox }),
      ...createLabelHandlers(library),
    },
    {
      health: async () => (await store.health?.()) ?? { state: 'healthy' },
      ...serverOptions,
      async onClose() {
        await library.close()
        await sandbox.close()
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}
