import type { SandboxLimits } from '@mcp/sandbox'
import type { SearchOptions } from './search/configured-providers.ts'
import type { Resolve } from './transport/host-guard.ts'
import type { ProxyOptions } from './transport/proxy-rules.ts'

/** What is particular to the internet server. */
export interface InternetOptions {
  /**
   * Hosts to open besides the public internet: `intranet.example`, `*.corp.example:8080`,
   * `10.1.0.0/16`, `[::1]:3000`. Default: none.
   */
  readonly allowedHosts?: readonly string[] | undefined
  /** Default: no search engine, and `search` says which settings are missing. */
  readonly search?: SearchOptions | undefined
  /** Default: none; the environment is not read. */
  readonly proxy?: ProxyOptions | undefined
  /** A file of PEM certificates to trust besides the usual ones. Default: none. */
  readonly caFile?: string | undefined
  /** What it calls itself; the part before the slash is its name in robots.txt. Default: `mcp-internet/0.1`. */
  readonly userAgent?: string | undefined
  /** How much of what was fetched is kept in memory. Default: 64 MiB, and as much again for long contents. */
  readonly cacheBytes?: number | undefined
  /** How many pages are fetched at once; 256 more may wait. Default: 8. */
  readonly mostAtOnce?: number | undefined
  /** Limits of the worker processes. Default: 15 seconds and 512 MiB per job, 2 jobs at a time. */
  readonly sandbox?: SandboxLimits | undefined
  /** Finds the addresses of a name; each is checked. Default: as the operating system does. */
  readonly resolve?: Resolve | undefined
}
