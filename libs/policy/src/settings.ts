import { resolve } from 'node:path'

import type { Authenticate } from '@mcp/http'
import type { Clock } from '@mcp/protocol'
import * as z from 'zod'

import type { Access, PolicySource } from './access/access.ts'
import type { Audit } from './audit/audit.ts'
import { createRefusalAudit } from './audit/refusals.ts'
import type { AuditSink } from './audit/create-audit.ts'
import { createAudit } from './audit/create-audit.ts'
import type { PolicyCounters } from './limits/policy-counters.ts'
import { createAuditFile } from './node/audit-file.ts'
import { sha256 } from './node/hash-chain.ts'
import type { PolicyLog } from './node/open-policy.ts'
import { createOutputSink, createSyslogSink } from './node/syslog-sink.ts'

const megabyte = 1024 * 1024

/** Returns the variables of an app with a policy or an audit log. Spread them into an app's schema. */
export const policySettings = () => ({
  MCP_POLICY: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe(
      'The file with the rules for who may call which operation. It is read again when it changes. Not set: everything is allowed.',
    ),
  MCP_AUDIT: z
    .string()
    .refine((text) => parseDestination(text) !== undefined, {
      error: 'must be a file, "stdout" or a URL such as syslog://host:514',
    })
    .optional()
    .describe(
      'Where each request is recorded as a line of JSON: a file, "stdout", or syslog://host:514. Not set: nowhere.',
    ),
  MCP_AUDIT_ARGUMENTS: z
    .enum(['digest', 'redacted', 'none'], { error: 'must be digest, redacted or none' })
    .default('digest')
    .describe(
      'What the audit log contains of the arguments: a SHA-256 digest, the arguments without secrets and shortened, or nothing.',
    ),
  MCP_AUDIT_REQUIRED: z
    .stringbool({ error: 'must be true or false' })
    .default(false)
    .describe(
      'Whether operations that are not read-only run only after the audit log has recorded them.',
    ),
  MCP_AUDIT_MAX_MB: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(64)
    .describe(
      'Size of the audit file at which a new one is started, in MiB. A new one is also started each day.',
    ),
  MCP_AUDIT_KEEP_DAYS: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be at least 0')
    .default(0)
    .describe('Days after which earlier audit files are deleted; 0 for never.'),
})

export type PolicyConfig = z.output<z.ZodObject<ReturnType<typeof policySettings>>>

export interface OpenAccessOptions {
  /** Whether anonymous callers on this machine may use everything that no rule denies. */
  readonly allowsLocal: boolean
  readonly log: PolicyLog
  /** Counts requests for limits. Default: in the memory of this process. */
  readonly counters?: PolicyCounters | undefined
  readonly onError?: ((error: unknown) => void) | undefined
  readonly clock?: Clock | undefined
}

/** The access control of an app. */
export interface OpenedAccess {
  /** The access control, or undefined without a policy and without an audit log. */
  readonly access: Access | undefined
  readonly policy: PolicySource | undefined
  /** Returns a function that authenticates callers, and records those it refuses in the audit log. */
  readonly watch: (authenticate: Authenticate | undefined) => Authenticate | undefined
  /** Stops reading the policy, and closes the audit log. */
  close(): void
}

const withoutAccess: OpenedAccess = {
  access: undefined,
  policy: undefined,
  watch: (authenticate) => authenticate,
  close() {},
}

/**
 * Opens the policy and the audit log that the variables name.
 *
 * @throws McpError `invalid-params` if the policy is invalid, or an error if the audit file cannot be opened.
 */
export async function openAccess(
  config: PolicyConfig,
  { allowsLocal, log, counters, onError, clock }: OpenAccessOptions,
): Promise<OpenedAccess> {
  const { MCP_POLICY: path } = config
  const audit = openAudit(config, log, clock)
  if (path === undefined && audit === undefined) return withoutAccess
  const refusals = audit && createRefusalAudit(audit, clock)
  const watch: OpenedAccess['watch'] = (authenticate) =>
    authenticate && refusals ? refusals.watch(authenticate) : authenticate
  function closeAudit(): void {
    refusals?.close()
    audit?.close()
  }
  // Loaded here, because most programs have no policy and its parsers are large.
  const { createAccess } = await import('./access/access.ts')
  if (path === undefined) {
    const access = createAccess({ audit, onError, clock })
    return { access, policy: undefined, watch, close: closeAudit }
  }
  const { openPolicy } = await import('./node/open-policy.ts')
  const policy = await openPolicy(path, { allowsLocal, log, clock }).catch((error: unknown) => {
    closeAudit()
    throw error
  })
  return {
    access: createAccess({ policy, audit, counters, onError, clock }),
    policy,
    watch,
    close() {
      policy.close()
      closeAudit()
    },
  }
}

function openAudit(config: PolicyConfig, log: PolicyLog, clock?: Clock): Audit | undefined {
  const destination =
    config.MCP_AUDIT === undefined ? undefined : parseDestination(config.MCP_AUDIT)
  if (destination === undefined) return undefined
  const isRequired = config.MCP_AUDIT_REQUIRED
  return createAudit({
    sink: openSink(destination, config, log, clock),
    digest: sha256,
    arguments: config.MCP_AUDIT_ARGUMENTS,
    isRequired,
    onChange(failure) {
      const effect = isRequired ? 'only read-only operations run' : 'requests are not recorded'
      if (failure === undefined) log.info('the audit log can be written again')
      else log.warn(`cannot write the audit log, so ${effect}: ${failure}`)
    },
  })
}

type Destination =
  | { readonly type: 'stdout' }
  | { readonly type: 'syslog'; readonly host: string; readonly port: number }
  | { readonly type: 'file'; readonly path: string }

function parseDestination(text: string): Destination | undefined {
  if (text === '') return undefined
  if (text === 'stdout') return { type: 'stdout' }
  if (!text.includes('://')) return { type: 'file', path: resolve(text) }
  const url = URL.parse(text)
  if (url?.protocol !== 'syslog:' || url.hostname === '') return undefined
  const host = url.hostname.replaceAll(/^\[|\]$/g, '')
  return { type: 'syslog', host, port: url.port === '' ? 514 : Number(url.port) }
}

function openSink(
  destination: Destination,
  config: PolicyConfig,
  log: PolicyLog,
  clock?: Clock,
): AuditSink {
  switch (destination.type) {
    case 'stdout':
      return createOutputSink((text) => void process.stdout.write(text))
    case 'syslog':
      return createSyslogSink(destination.host, destination.port)
    case 'file':
      return createAuditFile({
        path: destination.path,
        maxBytes: config.MCP_AUDIT_MAX_MB * megabyte,
        keepMs: config.MCP_AUDIT_KEEP_DAYS * 86_400_000,
        clock,
        onWarning: (message) => log.warn(message),
      })
  }
}
