import * as z from 'zod'

/** Returns the schemas of the environment variables of `createGuardedFetch`. */
export const guardedFetchSettings = () => ({
  INTERNET_ALLOWED_HOSTS: list().describe(
    'Hosts that the internet server may reach in addition to the public internet, comma-separated: intranet.example, *.corp.example:8080, 10.1.0.0/16.',
  ),
  INTERNET_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of additional certificates that the internet server trusts.'),
  HTTPS_PROXY: proxyUrl().describe('Proxy of the internet server for https.'),
  HTTP_PROXY: proxyUrl().describe('Proxy of the internet server for http.'),
  NO_PROXY: list().describe(
    'Hosts that the internet server reaches without a proxy, comma-separated; * for all.',
  ),
  INTERNET_PROXY_RESOLVES: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe(
      'Whether the proxy receives host names that this machine cannot resolve. The proxy must then refuse private addresses itself.',
    ),
})

/** Converts the parsed variables to options of `createGuardedFetch`. */
export function guardedFetchOptions(
  variables: z.output<z.ZodObject<ReturnType<typeof guardedFetchSettings>>>,
) {
  return {
    allowedHosts: variables.INTERNET_ALLOWED_HOSTS,
    caFile: variables.INTERNET_CA_FILE,
    proxy: {
      https: variables.HTTPS_PROXY,
      http: variables.HTTP_PROXY,
      except: variables.NO_PROXY,
      resolves: variables.INTERNET_PROXY_RESOLVES,
    },
  }
}

/**
 * Returns the schemas of the environment variables of the internet server.
 *
 * @example
 * const config = z.object(internetSettings()).parse(process.env)
 * internetServer(internetOptions(config))
 */
export const internetSettings = () => ({
  ...guardedFetchSettings(),
  INTERNET_USER_AGENT: z
    .string()
    .regex(/^[\w.-]+(?:\/[\w.-]+)?(?: [\u0020-\u007e]*)?$/, 'must look like name/1.0 (more)')
    .default('mcp-internet/0.1')
    .describe(
      'User agent of the internet server. The part before the slash is its name in robots.txt.',
    ),
  INTERNET_CACHE_MB: z.coerce
    .number('must be a number of MiB')
    .int('must be a whole number of MiB')
    .min(1, 'must be 1 or more')
    .max(4_096, 'must be 4096 or less')
    .default(64)
    .describe('Maximum size of the response cache of the internet server, in MiB.'),
  BRAVE_API_KEY: z.string().optional().describe('API key of Brave Search.'),
  TAVILY_API_KEY: z.string().optional().describe('API key of Tavily.'),
  SEARXNG_URL: httpUrl()
    .optional()
    .describe('URL of a SearXNG instance for searches. Its format json must be enabled.'),
})

/** The parsed variables of {@link internetSettings}. */
export type InternetSettings = z.output<z.ZodObject<ReturnType<typeof internetSettings>>>

/** Converts the parsed variables to the options of `internetServer`. */
export function internetOptions(variables: InternetSettings) {
  return {
    ...guardedFetchOptions(variables),
    userAgent: variables.INTERNET_USER_AGENT,
    cacheBytes: variables.INTERNET_CACHE_MB * 1024 * 1024,
    search: {
      braveApiKey: variables.BRAVE_API_KEY,
      tavilyApiKey: variables.TAVILY_API_KEY,
      searxngUrl: variables.SEARXNG_URL,
    },
  }
}

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

/**
 * Returns the schema of a proxy URL. The scheme is optional, because other programs that read these
 * variables also accept a URL without a scheme.
 */
const proxyUrl = () =>
  z
    .string()
    .transform((text) => (text.includes('://') ? text : `http://${text}`))
    .pipe(httpUrl())
    .optional()

const list = () =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .default([])
