import { expect, it } from 'vitest'

import { walkthroughSteps } from './walkthrough-steps.ts'

const page = `# Page

\`\`\`sh
npx nx g tool dice
\`\`\`

\`\`\`ts file=libs/dice.ts
export const dice = 6
\`\`\`

\`\`\`ts
shown('only')
\`\`\`

\`\`\`\`md file=README.md
\`\`\`ts
inner()
\`\`\`
\`\`\`\`

\`\`\`sh background
npm start
\`\`\`

\`\`\`sh check
npm run check
\`\`\`
`

it('reads the steps of a page in its order', () => {
  expect(walkthroughSteps(page)).toEqual([
    { type: 'command-run', command: 'npx nx g tool dice' },
    { type: 'file-written', path: 'libs/dice.ts', content: 'export const dice = 6\n' },
    { type: 'file-written', path: 'README.md', content: '```ts\ninner()\n```\n' },
    { type: 'program-started', command: 'npm start' },
    { type: 'all-checked', command: 'npm run check' },
  ])
})
