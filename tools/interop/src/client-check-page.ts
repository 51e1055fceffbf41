import { checkClient } from './client-check.ts'

/** The results that the script of the page leaves for the test. */
declare global {
  var facts: ReturnType<typeof checkClient> | undefined
}

const { search, href } = globalThis.location
const system = new URLSearchParams(search).get('system') ?? href
globalThis.facts = checkClient(new URL('/mcp-sessions', system).href)
