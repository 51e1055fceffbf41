/** Folder of a root that contains deleted files. */
export const trashFolder = '.trash'

/**
 * Returns the original path of an entry of the trash, or undefined if the path is not that of a deleted entry. The
 * first folder in the trash has the name of the deletion.
 */
export function originalPath(path: string): string | undefined {
  const [folder, _deletion, ...names] = path.split('/')
  return folder === trashFolder && names.length > 0 ? names.join('/') : undefined
}

export function isInTrash(path: string): boolean {
  return path === trashFolder || path.startsWith(`${trashFolder}/`)
}
