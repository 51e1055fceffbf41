import type { UpstreamOptions } from './upstream-options.ts'

/** A parsed entry of the MCP configuration file: one upstream server, and how to reach it. */
export type UpstreamEntry = StdioEntry | HttpEntry | SseEntry

interface NamedEntry {
  /** Name of the entry, such as `github`. Characters: `A-Z`, `a-z`, `0-9`, `_` and `-`. */
  readonly name: string
  /** Options of the hub, from the key `hub` of the entry. */
  readonly hub: UpstreamOptions
}

/** An upstream server that runs as a child process. */
export interface StdioEntry extends NamedEntry {
  readonly transport: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  /** Environment variables of the process, in addition to a small allowlist. Secret. */
  readonly env: Readonly<Record<string, string>>
  /** Working directory. Default: the working directory of this process. */
  readonly cwd?: string | undefined
}

/** An upstream server with the transport Streamable HTTP. */
export interface HttpEntry extends NamedEntry {
  readonly transport: 'http'
  readonly url: string
  /** Headers of each request. Secret. */
  readonly headers: Readonly<Record<string, string>>
}

/** An upstream server with the transport HTTP+SSE of the revision 2024-11-05. */
export interface SseEntry extends NamedEntry {
  readonly transport: 'sse'
  readonly url: string
  /** Headers of each request. Secret. */
  readonly headers: Readonly<Record<string, string>>
}
