import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'

import { root } from './workspace.ts'

/** Adds the secrets that `compose.yaml` requires to `.env`. Existing values are kept. */
const path = resolve(root, '.env')
const secret = (): string => randomBytes(24).toString('base64url')
const required: Readonly<Record<string, () => string>> = {
  MCP_INTERNAL_TOKEN: secret,
  MCP_SECRET: secret,
  MCP_TOKENS: () => `me:${secret()}`,
  POSTGRES_PASSWORD: secret,
  REDIS_PASSWORD: secret,
}

const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
const existing = parseEnv(text)
const missing = Object.entries(required).filter(([name]) => (existing[name] ?? '').trim() === '')
const lines = missing.map(([name, make]) => `${name}=${make()}\n`).join('')
const gap = text === '' || text.endsWith('\n') ? '' : '\n'
appendFileSync(path, gap + lines, { mode: 0o600 })

const tokens = parseEnv(text + gap + lines)['MCP_TOKENS'] ?? ''
const token = tokens.split(',')[0]?.split(':').slice(1).join(':') ?? ''
const names = missing.map(([name]) => name).join(', ')
process.stdout.write(
  `${names === '' ? 'Nothing to add.' : `Wrote ${names} to .env.`}
The token of the web client and of callers: ${token}
`,
)
