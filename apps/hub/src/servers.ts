import type { CreateServer } from '@mcp/hub/app'

/** Servers in addition to the seven built-in servers. `npx nx g server weather` adds a line here. */
export const servers: readonly CreateServer[] = []
