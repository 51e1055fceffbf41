import { unlink } from 'node:fs/promises'

import type { EntryOptions, OpenDirectory } from '@mcp/files'
import {
  createSafeFolder,
  isMissing,
  readEntries,
  removeTemporaryFiles,
  withFile,
  writeFileAtomically,
} from '@mcp/files'
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
  path: string,
  { onError = () => {} }: FileApprovalStoreOptions = {},
): ApprovalStore {
  const folder = createSafeFolder(path, { label: 'The folder of the approvals', create: true })

  async function read(name: string): Promise<PendingApproval[]> {
    try {
      const text = await folder.withEntry(name, entryOptions, (entry) =>
        withFile(entry, ({ handle }) => handle.readFile('utf8')),
      )
      return [pendingApprovalSchema().parse(parseJson(text))]
    } catch (error) {
      onError(error)
      return []
    }
  }

  async function listNames(directory: OpenDirectory): Promise<string[]> {
    // Temporary files of any age are removed, because only this process uses the folder and it has
    // not written yet.
    await removeTemporaryFiles(directory, 0)
    const entries = await readEntries(directory)
    return entries.map(({ name }) => name).filter((name) => name.endsWith('.json'))
  }

  return {
    async list() {
      const names = await folder.withEntry('', entryOptions, ({ directory }) =>
        listNames(directory),
      )
      const approvals: PendingApproval[] = []
      // Files are read one after the other, because a thousand parallel reads would open a thousand
      // handles.
      for (const name of names) approvals.push(...(await read(name)))
      return approvals
    },
    set: (approval) =>
      folder.withEntry(fileName(approval.approvalId), entryOptions, (entry) =>
        writeFileAtomically(entry, JSON.stringify(approval), {
          replaces: undefined,
          overwrite: true,
          mode: 0o600,
        }),
      ),
    delete: (approvalId) =>
      folder.withEntry(fileName(approvalId), entryOptions, async ({ directory, name }) => {
        try {
          await unlink(directory.pathOf(name))
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }),
  }
}

const fileName = (approvalId: string): string => `${approvalId}.json`

/** Label in error messages. The file names are private, so callers do not receive them. */
const entryOptions: EntryOptions = { label: 'The stored approval' }
