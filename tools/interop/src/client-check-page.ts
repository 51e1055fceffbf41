import { checkClient } from './client-check.ts'

/** What the page's script leaves for whoever opened the page. */
declare global {
  var facts: ReturnType<typeof checkClient> | undefined
}

const { search, href } = globalThis.location
const system = new URLSearchParams(search).get('system') ?? href
globalThis.facts = checkClient(new URL('/mcp-sessions', system).href)
