import * as z from 'zod'

const ms = z.int().positive()

/**
 * The login of the hub at a server over HTTP. Default: the hub registers itself, and a user completes the
 * login.
 */
const oauthSchema = z
  .strictObject({
    /** Id of a client that is registered at the authorization server. */
    clientId: z.string().min(1).optional(),
    /** Secret of the client. */
    clientSecret: z.string().min(1).optional(),
    /** Scope to request, as words separated by spaces. Default: the scope that the server names. */
    scope: z.string().min(1).optional(),
    /** `client_credentials`: the hub logs in without a user. */
    grant: z.enum(['authorization_code', 'client_credentials']).default('authorization_code'),
  })
  .refine(({ clientId, clientSecret }) => clientSecret === undefined || clientId !== undefined, {
    error: 'must have "clientId" if it has "clientSecret"',
  })
  .refine(
    ({ grant, clientSecret }) => grant !== 'client_credentials' || clientSecret !== undefined,
    {
      error: 'must have "clientId" and "clientSecret" for the grant client_credentials',
    },
  )

/** The key `hub` of an entry of the MCP configuration file. Unknown keys are errors. */
export const upstreamOptionsSchema = z.strictObject({
  /** Whether the names of tools and prompts start with the name of the entry. */
  prefix: z.boolean().default(true),
  /**
   * Callers that share one connection. Default: `session` for a legacy server that sends requests to clients,
   * otherwise `shared`.
   */
  isolation: z.enum(['shared', 'principal', 'session', 'call']).optional(),
  /** Protocol era of the connection. `match` uses the newest that the server supports. */
  era: z.enum(['match', 'modern', 'legacy']).default('match'),
  /** Globs of the tools that are offered, by their names at the upstream server. */
  allow: z.array(z.string()).optional(),
  /** Globs of the tools that are not offered. Takes precedence over `allow`. */
  deny: z.array(z.string()).default([]),
  /** `hub`: the sampling server responds to sampling requests that the caller cannot handle. */
  sampling: z.enum(['caller', 'hub']).default('caller'),
  /** Names of roots of the roots server that are reported to the upstream server. */
  roots: z.array(z.string()).default([]),
  /** Login at a server over HTTP that requires OAuth. */
  oauth: oauthSchema.optional(),
  /**
   * Handling of the tools whose description or schema has changed since they were first seen or approved.
   * `report`: they are reported. `hold`: they are also not offered until an operator approves them. `off`:
   * neither.
   */
  pins: z.enum(['off', 'report', 'hold']).default('report'),
  /** Maximum number of connections at a time. */
  maxConnections: z.int().positive().max(100).default(8),
  /** Time to start and to initialize the connection, in milliseconds. */
  startTimeoutMs: ms.default(60_000),
  /**
   * Maximum time without a response, progress or a log message, in milliseconds. The time in which the server
   * waits for the response to an interaction does not count.
   */
  callIdleTimeoutMs: ms.default(60_000),
  /** Maximum duration of a call, in milliseconds. */
  callTimeoutMs: ms.default(3_600_000),
  /** Time after which an unused connection is closed, in milliseconds. */
  idleTimeoutMs: ms.default(600_000),
})

/** The options of an upstream server, with defaults. */
export type UpstreamOptions = z.output<typeof upstreamOptionsSchema>
