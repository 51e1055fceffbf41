/** Address of the service. All of its paths are relative to it, so that any path prefix works. */
export const serviceUrl = new URL(globalThis.document?.baseURI ?? 'http://localhost/')
