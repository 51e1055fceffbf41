/** Folder for deleted files that can be restored. */
export const trashFolder = '.trash'

/** Returns the original path of a path in the trash, or any other path unchanged. */
export function withoutTrash(path: string): string {
  return path.startsWith(`${trashFolder}/`) ? path.split('/').slice(2).join('/') : path
}
