import * as z from 'zod'

import { splitList } from '../environment/split-list.ts'

/** The variables of the internet server. */
export const internetSettings = () => ({
  INTERNET_ALLOWED_HOSTS: list().describe(
    'What the internet server reaches besides the public internet, commas between: intranet.example, *.corp.example:8080, 10.1.0.0/16.',
  ),
  INTERNET_USER_AGENT: z
    .string()
    .regex(/^[\w.-]+(?:\/[\w.-]+)?(?: [\u0020-\u007e]*)?$/, 'must look like name/1.0 (more)')
    .default('mcp-internet/0.1')
    .describe('What it calls itself; robots.txt knows it by what stands before the slash.'),
  INTERNET_CACHE_MB: z.coerce
    .number('must be a number of MiB')
    .int('must be a whole number of MiB')
    .min(1, 'must be 1 or more')
    .max(4_096, 'must be 4096 or less')
    .default(64)
    .describe('How much of what it fetched it keeps in memory, in MiB.'),
  INTERNET_CA_FILE: z
    .string()
    .optional()
    .describe('A file of PEM certificates that it trusts besides the usual ones.'),
  HTTPS_PROXY: proxyUrl().describe('The proxy by which the internet server reaches https.'),
  HTTP_PROXY: proxyUrl().describe('The proxy by which the internet server reaches http.'),
  NO_PROXY: list().describe('Hosts it reaches without a proxy, commas between; * for all.'),
  INTERNET_PROXY_RESOLVES: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe(
      'Whether names that this machine cannot resolve are left to the proxy, which then has to refuse private addresses itself.',
    ),
  BRAVE_API_KEY: z.string().optional().describe('The key by which it searches with Brave Search.'),
  TAVILY_API_KEY: z.string().optional().describe('The key by which it searches with Tavily.'),
  SEARXNG_URL: httpUrl()
    .optional()
    .describe('The SearXNG by which it searches, whose format json must be on.'),
})

/** What {@link internetSettings} reads. */
export type InternetSettings = z.output<z.ZodObject<ReturnType<typeof internetSettings>>>

/** The options of `internetServer` that the variables give. */
export function internetOptions(given: InternetSettings) {
  return {
    allowedHosts: given.INTERNET_ALLOWED_HOSTS,
    userAgent: given.INTERNET_USER_AGENT,
    cacheBytes: given.INTERNET_CACHE_MB * 1024 * 1024,
    caFile: given.INTERNET_CA_FILE,
    proxy: {
      https: given.HTTPS_PROXY,
      http: given.HTTP_PROXY,
      except: given.NO_PROXY,
      resolves: given.INTERNET_PROXY_RESOLVES,
    },
    search: {
      braveApiKey: given.BRAVE_API_KEY,
      tavilyApiKey: given.TAVILY_API_KEY,
      searxngUrl: given.SEARXNG_URL,
    },
  }
}

const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

/** Programs take a proxy without its scheme as well. */
const proxyUrl = () =>
  z
    .string()
    .transform((text) => (text.includes('://') ? text : `http://${text}`))
    .pipe(httpUrl())
    .optional()

const list = () => z.string().transform(splitList).default([])
