import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { createKeyedLock } from '@mcp/concurrency'
import { isSystemError, makeFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'

import type { ProvidersOptions, StoredProviders } from './providers.ts'
import { storedProvidersSchema } from './stored-providers.ts'

/**
 * Opens the file with the settings of the providers. Only this user can read the file, because it contains
 * keys.
 *
 * @throws McpError `invalid-params` if the file is invalid. Throws the system error if the file cannot be read.
 *
 * @example
 * const providers = createProviders(config, await openProviderFile('.data/providers.json'))
 */
export async function openProviderFile(
  file: string,
): Promise<Required<Pick<ProvidersOptions, 'stored' | 'change'>>> {
  const lock = createKeyedLock()
  const initial = await readStored(file)
  let stored = initial
  return {
    stored: initial,
    change: (edit) =>
      lock.run([file], async () => {
        const changed = edit(stored)
        await makeFolder(dirname(file))
        const next = `${file}.new`
        await writeFile(next, `${JSON.stringify(changed, undefined, 2)}\n`, { mode: 0o600 })
        await rename(next, file)
        stored = changed
        return changed
      }),
  }
}

async function readStored(file: string): Promise<StoredProviders> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return {}
    throw thrown
  }
  try {
    return storedProvidersSchema.parse(JSON.parse(text))
  } catch {
    // The error of the parser would contain a key.
    throw new McpError(
      'invalid-params',
      `Invalid file of providers: ${file}. Correct or delete it.`,
    )
  }
}
