/**
 * Parts of `node:http`. An import of that module reads all of its exports, and the one named `WebSocket`
 * loads Node's own undici, which most processes never need.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')
