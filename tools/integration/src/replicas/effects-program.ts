import { listen } from '@mcp/node'

import { createEffectsServer } from './effects-server.ts'

/** The server that counts effects, as a program that a test kills. */
const { EFFECTS_PORT: port, EFFECTS_FILE: file = '' } = process.env
await listen({ service: createEffectsServer(file), port: Number(port), variable: 'EFFECTS_PORT' })
