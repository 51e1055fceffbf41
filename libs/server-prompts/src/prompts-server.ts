import { systemClock, McpError } from '@mcp/protocol'
import { prompts } from '@mcp/contracts/prompts'
import type { SandboxLimits } from '@mcp/sandbox'
import type { LocalServer, ServerOptions } from '@mcp/server'
import { defineServer } from '@mcp/server'

import { createAnnouncer } from './library/announcer.ts'
import { createEvaluator } from './sandbox/prompt-sandbox.ts'
import { createLibrary } from './library/library.ts'
import { createMemoryPromptStore } from './store/memory-prompt-store.ts'
import type { PromptStore } from './store/prompt-store.ts'
import { createReadingHandlers } from './operations/read-handlers.ts'
import { createWritingHandlers } from './operations/write-handlers.ts'

export interface PromptsServerOptions extends ServerOptions {
  /** Where the prompts are. Default: in memory. */
  readonly store?: PromptStore | undefined
  /** Whether a store that is empty is filled with ten prompts to start from. Default: true. */
  readonly starter?: boolean | undefined
  /** The most prompts there may be, deleted ones among them. Default: 10,000. */
  readonly maxPrompts?: number | undefined
  /** The most characters of a rendered prompt, all messages together. Default: 1,000,000. */
  readonly maxRenderedLength?: number | undefined
  /** Limits of the worker processes. Default: 2 seconds and 128 MiB per job, 2 jobs at a time. */
  readonly sandbox?: SandboxLimits | undefined
}

/**
 * The prompts server: prompts with versions, labels and typed arguments.
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
    sandbox,
    ...serverOptions
  } = options
  const evaluator = createEvaluator(sandbox)
  const library = createLibrary({
    store,
    announcer: createAnnouncer(({ type, data }) => server.notify(type, data)),
    clock: serverOptions.clock ?? systemClock,
    maxPrompts,
    async seed(empty) {
      if (!starter) return
      const { addStarterPrompts } = await import('./starter/starter-prompts.ts')
      await addStarterPrompts(empty)
    },
    onError: (thrown) => serverOptions.onError?.(McpError.from(thrown), {}),
  })

  const server = defineServer(
    prompts,
    {
      ...createReadingHandlers({ library, evaluator, maxRenderedLength }),
      ...createWritingHandlers({ library, evaluator }),
    },
    {
      ...serverOptions,
      async onClose() {
        await library.close()
        await evaluator.close()
        await serverOptions.onClose?.()
      },
    },
  )
  return server
}
