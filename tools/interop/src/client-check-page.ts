import { checkClient } from './client-check.ts'

/** What the page's script leaves for whoever opened the page. */
declare global {
  var facts: ReturnType<typeof checkClient> | undefined
}

globalThis.facts = checkClient(new URL('/mcp-sessions', globalThis.location.href).href)
