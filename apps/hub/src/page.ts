import { prepareBuild } from './bundle/prepare-build.ts'

// Runs before `npm run start:services` and before the client app, which serve the page too.
await prepareBuild('page')
