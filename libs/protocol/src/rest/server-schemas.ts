import * as z from 'zod'

/** `POST /servers`: an entry as in an MCP configuration file, and its name. */
export const newServerBody = z.looseObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, "-" or "_"')
    .describe('Name of the server. The names of its tools start with it.'),
  url: z.string().optional().describe('Address of a server over Streamable HTTP or HTTP+SSE.'),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe('Headers of each request. They are never returned.'),
  command: z.string().optional().describe('Program of a server over stdio.'),
  args: z.array(z.string()).optional(),
  env: z
    .record(z.string(), z.string())
    .optional()
    .describe('Environment variables of the program. They are never returned.'),
})

/** Response of `POST /servers`. */
export const addedServer = z.object({ name: z.string() })

/** Response of `POST /servers/{name}/authorize`. */
export const startedLogin = z.object({
  url: z
    .string()
    .optional()
    .describe('Address at which a person completes the login. Absent if no login is needed.'),
})

/** `POST /servers/{name}/approve`: the tools whose changed definitions are approved. */
export const toolApprovalBody = z.object({
  tools: z
    .array(z.string())
    .optional()
    .describe('Names of tools at the server. Default: all changed tools.'),
})
