import { execFileSync } from 'node:child_process'

import { expect, it } from 'vitest'

const entry = new URL('../index.ts', import.meta.url).href
const stubUrl = 'http://127.0.0.1:9/v1'

/** Returns the packages of providers that a program loads. */
function loadedAfter(code: string): string[] {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({
      load(url, context, next) {
        const [, name] = /node_modules\\/(@ai-sdk\\/[a-z-]+)\\//.exec(url) ?? []
        if (name !== undefined) loaded.add(name)
        return next(url, context)
      },
    })
    const llm = await import(${JSON.stringify(entry)})
    ${code}
    console.log(JSON.stringify([...loaded]))
  `
  const options = ['--conditions=@mcp/source', '--input-type=module', '--eval', script]
  const output = execFileSync(process.execPath, options, { encoding: 'utf8' })
  return JSON.parse(output)
}

it('loads no package of a provider at the start', () => {
  const code = `
    for (const LLM_PROVIDER of ['openai', 'anthropic', 'google'])
      llm.createProviders({ LLM_PROVIDER, LLM_API_KEY: 'k' }).default`
  expect(loadedAfter(code)).toEqual([])
})

it('loads only the package of the called provider', () => {
  const code = `
    const { default: provider } = llm.createProviders({
      LLM_PROVIDER: 'google', LLM_API_KEY: 'k', LLM_API_URL: '${stubUrl}', LLM_MODEL: 'm',
    })
    await provider.generate({ messages: [{ role: 'user', content: 'Hi' }] }).catch(() => {})`
  expect(loadedAfter(code)).toContain('@ai-sdk/google')
  expect(loadedAfter(code)).not.toContain('@ai-sdk/openai')
})
