/**
 * Port: keeps one JSON document per name, for one process or for several that share a backend. The contract
 * suite is `itIsADocumentStore` of `@mcp/files/testing`.
 */
export interface DocumentStore {
  /** Returns undefined for a name without a document, and for a damaged document. */
  read(name: string): Promise<unknown>
  /**
   * Changes a document. No concurrent change is lost, including changes of other processes.
   *
   * @param edit - Receives the stored document and returns the new one, or undefined to delete it. It is
   * called again if another process has changed the document meanwhile. If it throws, nothing changes.
   */
  change(name: string, edit: (current: unknown) => unknown): Promise<void>
  /**
   * Runs a task after all earlier tasks with the same name, also those of other processes. The task may
   * change documents. It must not wait for another task with the same name, because both would wait forever.
   */
  exclusively<Result>(name: string, task: () => Promise<Result>): Promise<Result>
}
