import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { maxPackedKiB, repository, scope } from './settings.ts'

/** Size of a package and the mistakes in its metadata. */
export interface Metadata {
  readonly version: string
  readonly packedKiB: number
  readonly problems: readonly string[]
}

interface PackResult {
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

/** Checks the manifest of a package in the scratch copy, and the size that `npm pack` reports. */
export function checkMetadata(folder: string, packed: PackResult): Metadata {
  const manifest = Object(JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')))
  const packedKiB = Math.ceil(packed.size / 1024)
  const paths = new Set(packed.files.map(({ path }) => path))
  const rules: Readonly<Record<string, boolean>> = {
    [`its name is not in the scope ${scope}`]: String(manifest.name).startsWith(`${scope}/`),
    'it has no licence': manifest.license === 'MIT' && paths.has('LICENSE'),
    'it has no description': String(manifest.description ?? '').length > 20,
    'it has no keywords': Array.isArray(manifest.keywords) && manifest.keywords.length > 0,
    'it states no version of Node': typeof manifest.engines?.node === 'string',
    'it is not published with public access': manifest.publishConfig?.access === 'public',
    'it runs a script on install': !/"(pre|post)?install"/.test(JSON.stringify(manifest.scripts)),
    'it has no changelog': paths.has('CHANGELOG.md'),
    [`it has ${packedKiB} KiB, more than ${maxPackedKiB}`]: packedKiB <= maxPackedKiB,
    // npm compares both with the repository of the workflow that publishes with provenance.
    'its repository does not have the URL and the folder':
      repository === '' ||
      (manifest.repository?.url === repository && folder.endsWith(manifest.repository.directory)),
  }
  const problems = Object.entries(rules).flatMap(([problem, holds]) => (holds ? [] : [problem]))
  return { version: String(manifest.version), packedKiB, problems }
}
