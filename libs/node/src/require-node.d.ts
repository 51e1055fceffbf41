/** Exits with a one-line message if the version of Node is too old. */
export declare function requireNode(): void
