import type { Sandbox, SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'

/**
 * Maximum size of a result. It is enough for the maximum input in base64 (about 21 MiB) with links and
 * metadata.
 */
const maxResultBytes = 32 * 2 ** 20

/** Creates the sandbox that parses untrusted content. */
export function createInternetSandbox(overrides?: SandboxLimits): Sandbox {
  return createSandbox({
    worker: () => import.meta.resolve('@mcp/server-internet/worker'),
    timeoutMs: 15_000,
    maxMemoryMb: 512,
    maxResultBytes,
    overrides,
  })
}
