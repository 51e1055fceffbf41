/** Ends the process, with one line that says why, where its Node is too old. */
export declare function requireNode(): void
