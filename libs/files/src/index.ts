export { dataFile } from './data-file.ts'
export type { DocumentStore } from './documents/document-store.ts'
export { createFileDocumentStore } from './documents/file-document-store.ts'
export { createMemoryDocumentStore } from './documents/memory-document-store.ts'
export { moveDocuments } from './documents/move-documents.ts'
export type {
  MovedDocuments,
  MoveDocumentsOptions,
  NamedDocument,
} from './documents/move-documents.ts'
export { prefixDocuments } from './documents/prefixed-documents.ts'
export { createSealedDocuments } from './documents/sealed-documents.ts'
export { lockEntries } from './entry-lock.ts'
export type { Entry, EntryOptions, FolderLocation, SafeFolder } from './entry.ts'
export { lstatEntry, quotePath, refuseNameCollision, requireDirectory } from './entry.ts'
export type { FileChunk, FileChunksOptions } from './file-chunks.ts'
export { fileChunks, fileChunksBackwards, readRange } from './file-chunks.ts'
export type { FileHints, FileSubject } from './file-error.ts'
export {
  alreadyExists,
  fileError,
  isMissing,
  isSystemError,
  notAFile,
  fileNotFound,
  pathEscape,
  withFileErrors,
} from './file-error.ts'
export type { GlobMatcher, GlobOptions } from './glob.ts'
export { compileGlob, compileGlobs, literalPrefix } from './glob.ts'
export type { LineReader, LineReaderOptions } from './text/line-reader.ts'
export { createLineReader } from './text/line-reader.ts'
export type { MakeDirectoriesOptions } from './make-directories.ts'
export { makeDirectories, withDirectories } from './make-directories.ts'
export { createStarterFolder, isUsableFolder, makeFolder, makeFolderSync } from './make-folder.ts'
export type { OpenDirectory } from './open-directory.ts'
export type { FileEntry, OpenedFile } from './open-file.ts'
export { openFile, requireRegularFile, withFile } from './open-file.ts'
export type { DirectoryEntry, EntryType, ReadEntriesOptions } from './read-entries.ts'
export { readEntries } from './read-entries.ts'
export { isWithin, joinPath, parsePath, splitPath } from './relative-path.ts'
export type { SafeFolderOptions } from './safe-folder.ts'
export { createSafeFolder } from './safe-folder.ts'
export { isTemporaryName } from './temporary-name.ts'
export { leadingFragmentBytes, trailingFragmentBytes } from './text/utf8.ts'
export type { FileChange, FileChanges, WatchFolderOptions } from './watch-folder.ts'
export { watchFolder } from './watch-folder.ts'
export type { WriteFileOptions } from './write-file.ts'
export { removeTemporaryFiles, writeFileAtomically } from './write-file.ts'
