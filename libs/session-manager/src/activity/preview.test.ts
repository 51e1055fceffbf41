import { expect, it } from 'vitest'

import { previewOf } from './preview.ts'

const secret = 'hunter2-8f3a'

const secretKeys = [
  'password',
  'Password',
  'passwd',
  'passphrase',
  'passcode',
  'user_password',
  'DB_PASSWORD',
  'pwd',
  'secret',
  'client_secret',
  'clientSecret',
  'AWS_SECRET_ACCESS_KEY',
  'token',
  'accessToken',
  'refresh_token',
  'id-token',
  'X-Auth-Token',
  'apiKey',
  'api_key',
  'API-KEY',
  'x-api-key',
  'apikey',
  'accessKey',
  'private_key',
  'privateKey',
  'signingKey',
  'encryption_key',
  'credential',
  'credentials',
  'Authorization',
  'Proxy-Authorization',
  'cookie',
  'Set-Cookie',
  'bearer',
  'jwt',
  'otp',
  'pin',
  'connectionString',
  'DATABASE_URL',
  'sessionId',
  'session_id',
  'webhook_key',
  'signature',
  'cvv',
]

const texts = [
  `Authorization: Bearer ${secret}`,
  `https://ada:${secret}@example.org/`,
  `https://example.org/?api_key=${secret}&page=2`,
  `{"password": "${secret}"}`,
  JSON.stringify(JSON.stringify({ password: secret })),
  `password=${secret}`,
  `curl -H 'X-Api-Key: ${secret}'`,
  `export DB_PASSWORD="${secret}"`,
  `token: ${secret}`,
]

it('knows at least forty shapes', () => {
  expect(new Set([...secretKeys, ...texts]).size).toBeGreaterThanOrEqual(40)
})

it.each(secretKeys)('blanks the value of %s', (key) => {
  for (const value of [secret, { value: secret }, [secret], { nested: { [key]: secret } }]) {
    expect(previewOf({ deep: [{ [key]: value }] })).not.toContain(secret)
  }
  expect(previewOf({ headers: [{ name: key, value: secret }] })).not.toContain(secret)
})

it.each(texts)('blanks the secret in %s', (text) => {
  expect(previewOf({ text })).not.toContain(secret)
})

it('blanks session ids', () => {
  expect(previewOf({ a: `ses-${'0a'.repeat(20)}` })).toBe('{"a":"[secret]"}')
})

it.each([
  { maxTokens: 12, totalTokens: 5, tokens: 7, tokenCount: 3 },
  { text: 'The word password alone is not a secret.' },
  { author: 'Ada', keys: ['a'], monkey: 'x', publicKey: 'y' },
  { at: 'https://example.org/a:b@c' },
  { nothing: null, list: [1, true, 'text'], empty: {} },
])('leaves %j unchanged', (value) => {
  expect(JSON.parse(previewOf(value))).toEqual(value)
})

it('ends after the maximum length, also for large and for deep values', () => {
  const large = {
    rows: Array.from({ length: 100_000 }, (_, row) => ({ row, text: 'x'.repeat(100) })),
  }
  expect(previewOf(large, 4096)).toHaveLength(4097)
  expect(previewOf({ text: 'x'.repeat(10_000_000) }, 4096)).toHaveLength(4097)
  let deep: unknown = 'end'
  for (let depth = 0; depth < 10_000; depth++) deep = [deep]
  expect(previewOf(deep).length).toBeLessThan(1000)
})

it('takes linear time for a text without structure', () => {
  const started = process.cpuUsage().user
  for (const text of ['a'.repeat(2_000_000), 'a="'.repeat(300_000), ':"'.repeat(500_000)])
    previewOf(text)
  expect((process.cpuUsage().user - started) / 1e6).toBeLessThan(20)
})
