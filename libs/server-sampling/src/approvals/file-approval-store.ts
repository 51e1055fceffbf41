import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { parseJson } from '@mcp/protocol'

import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'
import { pendingApprovalSchema } from './pending-approval.ts'

export interface FileApprovalStoreOptions {
  /** Receives the error of a file that cannot be read; the other files are still read. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Creates a store that survives a restart: one file per approval, in a folder that only the owner of
 * the process can read, since the files contain prompts. Files are written atomically.
 */
export function createFileApprovalStore(
  folder: string,
  { onError = () => {} }: FileApprovalStoreOptions = {},
): ApprovalStore {
  const pathOf = (approvalId: string): string => join(folder, `${approvalId}.json`)

  async function read(name: string): Promise<PendingApproval[]> {
    try {
      const text = await readFile(join(folder, name), 'utf8')
      return [pendingApprovalSchema().parse(parseJson(text))]
    } catch (error) {
      onError(error)
      return []
    }
  }

  return {
    async list() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw error
      })
      const approvals: PendingApproval[] = []
      // One after the other: reading a thousand files in parallel would open a thousand handles.
      for (const name of names) {
        if (name.endsWith('.json')) approvals.push(...(await read(name)))
        // An incomplete file, left by a process that ended while writing it.
        else if (name.endsWith(unfinished)) await rm(join(folder, name), { force: true })
      }
      return approvals
    },
    async set(approval) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = pathOf(approval.approvalId)
      const file = await open(path + unfinished, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(approval))
        // Synced before the rename: a crash must not leave an incomplete approval.
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(path + unfinished, path)
    },
    delete: (approvalId) => rm(pathOf(approvalId), { force: true }),
  }
}

/** Suffix of files that may be incomplete. */
const unfinished = '.new'

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
