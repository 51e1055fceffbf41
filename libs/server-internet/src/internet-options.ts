import type { SandboxLimits } from '@mcp/sandbox'
import type { SearchOptions } from './search/configured-providers.ts'
import type { Resolve } from './transport/host-guard.ts'
import type { ProxyOptions } from './transport/proxy-rules.ts'

/** The options specific to the internet server. */
export interface InternetOptions {
  /**
   * Hosts to allow in addition to the public internet: `intranet.example`, `*.corp.example:8080`,
   * `10.1.0.0/16`, `[::1]:3000`. Default: none.
   */
  readonly allowedHosts?: readonly string[] | undefined
  /** Search engines. Default: none; `search` then reports which settings are missing. */
  readonly search?: SearchOptions | undefined
  /** Proxies. Default: none; the environment is not read. */
  readonly proxy?: ProxyOptions | undefined
  /** PEM file of additional trusted certificates. Default: none. */
  readonly caFile?: string | undefined
  /**
   * User agent. The part before the slash is the name that robots.txt rules match. Default:
   * `mcp-internet/0.1`.
   */
  readonly userAgent?: string | undefined
  /**
   * Maximum size of the response cache, in bytes. The caches of extracted contents and of sitemaps
   * may each take half of this size in addition. Default: 64 MiB.
   */
  readonly cacheBytes?: number | undefined
  /** Maximum number of concurrent fetches; 256 more may wait. Default: 8. */
  readonly maxConcurrentFetches?: number | undefined
  /** Limits of the worker processes. Default: 15 seconds and 512 MiB per job, 2 jobs at a time. */
  readonly sandbox?: SandboxLimits | undefined
  /** Resolves host names; every address is checked. Default: as the operating system does. */
  readonly resolve?: Resolve | undefined
}
