import { preparePage } from './bundle/prepare-page.ts'

// Runs before `npm run start:services` and before the client app, which serve the page too.
await preparePage()
