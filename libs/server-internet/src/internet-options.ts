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
  /** Search engines. Default: none; `search` then fails with an error that names the missing settings. */
  readonly search?: SearchOptions | undefined
  /** Proxies. Default: none. Environment variables such as `HTTPS_PROXY` are not read. */
  readonly proxy?: ProxyOptions | undefined
  /** PEM file of additional trusted certificates. Default: none. */
  readonly caFile?: string | undefined
  /**
   * User agent. The rules of a robots.txt refer to the part before the slash. Default:
   * `mcp-internet/0.1`.
   */
  readonly userAgent?: string | undefined
  /**
   * Maximum size of the response cache, in bytes. The caches of extracted contents and of sitemaps are
   * additional; the maximum of each is half of this size. Default: 64 MiB.
   */
  readonly cacheBytes?: number | undefined
  /** Maximum number of concurrent fetches. Default: 8. At most 256 others wait, at most 64 of one caller. */
  readonly maxConcurrentFetches?: number | undefined
  /** Limits of the worker processes. Default: 15 s and 512 MiB per job, 2 concurrent jobs per caller. */
  readonly sandbox?: SandboxLimits | undefined
  /** Resolves host names. Every address is checked. Default: the resolver of the operating system. */
  readonly resolve?: Resolve | undefined
}
