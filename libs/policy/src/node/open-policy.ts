import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'

import { createListeners } from '@mcp/concurrency'
import type { Clock } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { PolicySource } from '../access/access.ts'
import type { ParsePolicyOptions } from '../rules/policy.ts'
import { parsePolicy } from '../rules/policy.ts'
import { watchTextFile } from './watch-text-file.ts'

/** Receives one line for each change of the policy, and for each change of the state of the audit log. */
export interface PolicyLog {
  info(message: string): void
  warn(message: string): void
}

export interface OpenPolicyOptions extends Pick<ParsePolicyOptions, 'allowsLocal'> {
  readonly log: PolicyLog
  /** Time between two reads of the file, in milliseconds. Default: 1 second. */
  readonly everyMs?: number | undefined
  readonly clock?: Clock | undefined
}

/** A policy of a file. */
export interface PolicyFile extends PolicySource {
  /** Stops reading the file. */
  close(): void
}

/**
 * Reads a policy from a file, and reads it again when the file changes. A file with problems does not
 * replace the current policy, and is reported once.
 *
 * @throws McpError `invalid-params` if the file cannot be read or is invalid at the start.
 */
export async function openPolicy(path: string, options: OpenPolicyOptions): Promise<PolicyFile> {
  const { log, allowsLocal, everyMs, clock } = options
  const file = basename(path)
  const parse = (text: string) => parsePolicy(text, { file, allowsLocal })
  const text = await readPolicy(path)
  let current = parse(text)
  const listeners = createListeners<undefined>({ onError: (error) => log.warn(String(error)) })

  const stop = watchTextFile(path, text, {
    everyMs,
    clock,
    onText(changed) {
      try {
        current = parse(changed)
      } catch (thrown) {
        const { message } = McpError.from(thrown)
        log.warn(`the changed policy is invalid, so the previous one remains in use: ${message}`)
        return
      }
      log.info(`reloaded the policy: ${current.rules.length} rules`)
      listeners.emit(undefined)
    },
    onMissing(error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn(`cannot read the policy, so the previous one remains in use: ${reason}`)
    },
  })

  return {
    get current() {
      return current
    },
    subscribe: (listener) => listeners.add(() => listener()),
    close: stop,
  }
}

async function readPolicy(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code = 'unknown' } = toSystemError(cause)
    throw new McpError(
      'invalid-params',
      `Cannot read the policy "${basename(path)}" (${code}). Set MCP_POLICY to a readable file.`,
      { cause },
    )
  }
}

const toSystemError = (thrown: unknown): NodeJS.ErrnoException =>
  thrown instanceof Error ? thrown : new Error(String(thrown))
