import { entryId, foldersAround } from '../tree/tree-item.ts'
import type { OwnChange } from './change-marks.ts'

/** Returns the changes of an entry, and of the folders around it, which may be created with it. */
export function entryChanges(
  change: OwnChange['change'],
  root: string,
  path: string,
): readonly OwnChange[] {
  const folders = foldersAround(root, path).map((id) => ({ id, change: 'created' }) as const)
  return [{ id: entryId(root, path), change }, ...folders]
}
